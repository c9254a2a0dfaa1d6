//! The wire of the neighbours: requests made without an SDK, signed, retried and carried as the SDK's own.
//!
//! The parts are those that the SDK's clients are made of: its orchestrator, its signer, its retry
//! strategy and classifiers; the transport sees no difference.

use std::sync::Arc;

use aws_runtime::auth::sigv4::{self, SigV4AuthScheme};
use aws_runtime::auth::{SigV4OperationSigningConfig, SigningOptions};
use aws_runtime::invocation_id::InvocationIdInterceptor;
use aws_runtime::request_info::RequestInfoInterceptor;
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_runtime::service_clock_skew::{ServiceClockSkewClassifier, ServiceClockSkewInterceptor};
use aws_runtime::user_agent::{ApiMetadata, UserAgentInterceptor};
use aws_smithy_runtime::client::orchestrator::operation::{Operation, OperationBuilder};
use aws_smithy_runtime::client::retries::classifiers::{
    HttpStatusCodeClassifier, TransientErrorClassifier,
};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::{Order, StaticRuntimePlugin};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::SigningName;
use aws_types::region::{Region, SigningRegion};
use futures::FutureExt;
use futures::future::BoxFuture;
use tripod_model::Observed;
use tripod_neighbours::{
    self as neighbours, Call, Method, Neighbour, Protocol, Reply, Request, Service, Wire,
};

use crate::context::Context;
use crate::reply::ask;
use crate::transport::error_of;

/// S3 signs paths as they are, and has the body's hash in a header.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>
const SIGNS_AS_IT_IS: &str = "s3";

/// What a neighbour is given: the same account and region, and a wire.
pub(crate) fn context(context: Context, neighbour: &'static Neighbour) -> neighbours::Context {
    neighbours::Context {
        account: context.account.clone(),
        partition: context.partition.clone(),
        region: context.region.clone(),
        references: Arc::clone(&context.references),
        observed: context.observed,
        all_buckets: context.all_buckets,
        wire: Arc::new(SdkWire { context, neighbour }),
    }
}

/// A wire over the SDK's runtime and our transport.
#[derive(Debug)]
struct SdkWire {
    context: Context,
    neighbour: &'static Neighbour,
}

impl Wire for SdkWire {
    fn send(&self, call: Call) -> BoxFuture<'_, Reply<String>> {
        self.carry(call).boxed()
    }
}

impl SdkWire {
    async fn carry(&self, call: Call) -> Reply<String> {
        let is_list = self.neighbour.lists.contains(&call.operation);
        let unasked = |value| Reply {
            value,
            exchange: None,
        };
        if !is_list && !self.context.wants(call.operation) {
            return unasked(Observed::NotCollected);
        }
        let Some(endpoint) = self.endpoint(&call) else {
            // A partition without the service.
            return unasked(Observed::Unsupported {
                operation: call.operation.to_owned(),
            });
        };
        let operation = self.operation(&call, &endpoint);
        let sent = operation.invoke(call.request);
        ask(call.operation, call.absent, sent).await
    }

    /// Where a call goes: the endpoint that was given, or the service's own.
    fn endpoint(&self, call: &Call) -> Option<Endpoint> {
        let (host, region) = call.service.host(
            &self.context.partition,
            self.context.account.as_str(),
            call.region.as_str(),
        )?;
        let given = self.context.endpoint_url().map(str::to_owned);
        Some(Endpoint {
            url: given.unwrap_or_else(|| format!("https://{host}")),
            region: Region::new(region),
        })
    }

    fn operation(
        &self,
        call: &Call,
        endpoint: &Endpoint,
    ) -> Operation<Request, String, ServiceError> {
        let service = call.service;
        let name = call.operation.rsplit(':').next().unwrap_or(call.operation);
        self.clocked(
            Operation::builder()
                .service_name(service.name)
                .operation_name(name),
        )
        .endpoint_url(&endpoint.url)
        .http_client(self.context.http_client())
        .standard_retry(&self.context.retry_config())
        .timeout_config(self.context.timeout_config())
        .runtime_plugin(self.signing(call, endpoint))
        .interceptor(self.context.tagger_in(service.name, &call.region))
        .interceptor(ServiceClockSkewInterceptor::new())
        .interceptor(RequestInfoInterceptor::new())
        .interceptor(UserAgentInterceptor::new())
        .interceptor(InvocationIdInterceptor::new())
        .with_connection_poisoning()
        .retry_classifier(crate::transport::SkewClassifier)
        .retry_classifier(HttpStatusCodeClassifier::default())
        .retry_classifier(TransientErrorClassifier::<ServiceError>::new())
        .retry_classifier(AwsErrorCodeClassifier::<ServiceError>::new())
        .retry_classifier(ServiceClockSkewClassifier::<ServiceError>::new())
        .serializer(move |request: Request| serialize(service, name, request))
        .deserializer(deserialize)
        .build()
    }

    /// The scan's clock and its way of waiting.
    fn clocked(&self, builder: OperationBuilder) -> OperationBuilder {
        let config = self.context.config();
        let builder = match config.time_source() {
            Some(clock) => builder.time_source(clock),
            None => builder,
        };
        match config.sleep_impl() {
            Some(sleep) => builder.sleep_impl(sleep),
            None => builder,
        }
    }

    /// Who signs, and for which service and region.
    fn signing(&self, call: &Call, endpoint: &Endpoint) -> StaticRuntimePlugin {
        let as_it_is = call.service.signing == SIGNS_AS_IT_IS;
        let mut options = SigningOptions::default();
        options.double_uri_encode = !as_it_is;
        options.normalize_uri_path = !as_it_is;
        options.content_sha256_header = as_it_is;
        let name = SigningName::from_static(call.service.signing);
        let region = SigningRegion::from(endpoint.region.clone());
        let mut layer = Layer::new("TripodWire");
        layer.store_put(AuthSchemeOptionResolverParams::new(()));
        layer.store_put(SigV4OperationSigningConfig {
            region: Some(region.clone()),
            region_set: None,
            name: Some(name.clone()),
            signing_options: options,
        });
        layer.store_put(name);
        layer.store_put(region);
        layer.store_put(endpoint.region.clone());
        layer.store_put(ApiMetadata::new(
            call.service.name,
            env!("CARGO_PKG_VERSION"),
        ));
        layer.store_put(
            self.context
                .partition_of_retries_in(call.service.name, &call.region),
        );
        if let Some(app) = self.context.config().app_name() {
            layer.store_put(app.clone());
        }
        let resolver = StaticAuthSchemeOptionResolver::new(vec![sigv4::SCHEME_ID]);
        let mut components = RuntimeComponentsBuilder::new("TripodWire")
            .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
            .with_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(resolver)));
        components.set_identity_cache(self.context.config().identity_cache());
        if let Some(credentials) = self.context.credentials_of(call.service.name) {
            components.set_identity_resolver(sigv4::SCHEME_ID, credentials);
        }
        StaticRuntimePlugin::new()
            .with_order(Order::Overrides)
            .with_config(layer.freeze())
            .with_runtime_components(components)
    }
}

/// Where a request goes, and which region it is signed for.
struct Endpoint {
    url: String,
    region: Region,
}

/// A request as the service's protocol has it.
/// <https://smithy.io/2.0/aws/protocols/index.html>
fn serialize(
    service: &'static Service,
    operation: &str,
    request: Request,
) -> Result<HttpRequest, BoxError> {
    let mut body = request.body;
    let mut headers = request.headers;
    match service.protocol {
        Protocol::Json { version, target } => {
            headers.push(("content-type", format!("application/x-amz-json-{version}")));
            headers.push(("x-amz-target", format!("{target}.{operation}")));
        }
        Protocol::Query { version } => {
            let form = format!("Action={operation}&Version={version}");
            body = if body.is_empty() {
                form
            } else {
                format!("{form}&{body}")
            };
            headers.push(("content-type", "application/x-www-form-urlencoded".into()));
        }
        Protocol::RestJson if !body.is_empty() => {
            headers.push(("content-type", "application/json".into()));
        }
        Protocol::RestJson | Protocol::RestXml => {}
    }
    let mut uri = request.path;
    if !request.query.is_empty() {
        uri.push('?');
        uri.push_str(&request.query);
    }
    let mut http = HttpRequest::new(SdkBody::from(body));
    http.set_method(match request.method {
        Method::Get => "GET",
        Method::Post => "POST",
    })?;
    http.set_uri(uri)?;
    for (name, value) in headers {
        http.headers_mut().insert(name, value);
    }
    Ok(http)
}

/// The body of an answer, or what a refusal says.
fn deserialize(response: &HttpResponse) -> Result<String, OrchestratorError<ServiceError>> {
    let body = response.body().bytes().unwrap_or_default();
    let body = String::from_utf8_lossy(body);
    if response.status().is_success() {
        return Ok(body.into_owned());
    }
    let (code, message) = error_of(response.headers().get("x-amzn-errortype"), &body);
    let metadata = ErrorMetadata::builder();
    let metadata = match code {
        Some(code) => metadata.code(code),
        None => metadata,
    };
    let metadata = match message {
        Some(message) => metadata.message(message),
        None => metadata,
    };
    Err(OrchestratorError::operation(ServiceError(metadata.build())))
}

/// What a service refused with.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.code().unwrap_or("the service refused without a code"))]
struct ServiceError(ErrorMetadata);

impl ProvideErrorMetadata for ServiceError {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}
