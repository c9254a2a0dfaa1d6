//! Reads CloudFront.
//!
//! Calls, for D distributions of which A stand before an API, a function URL or a load balancer, and C
//! origin access controls: ⌈D/100⌉ ListDistributions, A GetDistributionConfig, ⌈C/100⌉
//! ListOriginAccessControls. AWS publishes no quota for these.
//!
//! Kept for: CloudFront in front, its TLS, its web ACL and how it signs (SX08, NET-4, AVL-4), function
//! URLs and APIs that can be reached beside it (LX11, GA30, GV13), logging (LOG-3).

use serde::Deserialize;
use tripod_model::cloudfront::{
    CacheBehaviour, CloudFront, Distribution, Origin, OriginAccessControl, StandardLog,
};
use tripod_model::{Arn, ExchangeId, Observed};

use super::{filled, note, ordered, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const DISTRIBUTIONS: &str = "cloudfront:ListDistributions";
const CONFIG: &str = "cloudfront:GetDistributionConfig";
const ACCESS_CONTROLS: &str = "cloudfront:ListOriginAccessControls";

/// The version of the API, which begins every path.
const VERSION: &str = "2020-05-31";

/// What the hosts of APIs, function URLs and load balancers have in them.
const SERVERLESS: &[&str] = &[".execute-api.", ".lambda-url.", ".elb."];

static SERVICE: Service = Service {
    name: "cloudfront",
    signing: "cloudfront",
    host: Host::Global(&[
        ("aws", "cloudfront.amazonaws.com", "us-east-1"),
        (
            "aws-cn",
            "cloudfront.cn-northwest-1.amazonaws.com.cn",
            "cn-northwest-1",
        ),
    ]),
    protocol: Protocol::RestXml,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "cloudfront",
    place: Place::Global,
    wave: Wave::First,
    lists: &[DISTRIBUTIONS, ACCESS_CONTROLS],
    details: &[CONFIG],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let (distributions, access_controls) =
        futures::join!(distributions(&client), access_controls(&client));
    Part::global(move |account| {
        account.cloudfront = CloudFront {
            distributions,
            access_controls,
        };
    })
}

/// A list of CloudFront's, which leaves out its items where their number is zero.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct List<T> {
    quantity: Option<i64>,
    items: Option<Items<T>>,
    next_marker: Option<String>,
}

/// Items are elements of one name, whichever that is.
#[derive(Debug, Deserialize)]
struct Items<T> {
    #[serde(rename = "$value", default = "Vec::new")]
    items: Vec<T>,
}

impl<T> List<T> {
    /// The items; none where the answer holds none although there are some.
    fn items(&self) -> Option<&[T]> {
        match (&self.items, self.quantity) {
            (Some(items), _) => Some(&items.items),
            (None, Some(0)) => Some(&[]),
            (None, _) => None,
        }
    }
}

/// The items of a list within a thing, which is left out where it is empty.
fn within<T>(list: Option<&List<T>>) -> &[T] {
    list.and_then(List::items).unwrap_or_default()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Summary {
    id: Option<String>,
    #[serde(rename = "ARN")]
    arn: Option<String>,
    domain_name: Option<String>,
    aliases: Option<List<String>>,
    enabled: Option<bool>,
    #[serde(rename = "WebACLId")]
    web_acl: Option<String>,
    viewer_certificate: Option<Certificate>,
    origins: Option<List<WireOrigin>>,
    default_cache_behavior: Option<Behavior>,
    cache_behaviors: Option<List<Behavior>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Certificate {
    cloud_front_default_certificate: Option<bool>,
    minimum_protocol_version: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireOrigin {
    id: Option<String>,
    domain_name: Option<String>,
    origin_access_control_id: Option<String>,
    custom_origin_config: Option<CustomOrigin>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CustomOrigin {
    origin_protocol_policy: Option<String>,
    origin_ssl_protocols: Option<List<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Behavior {
    path_pattern: Option<String>,
    target_origin_id: Option<String>,
    viewer_protocol_policy: Option<String>,
    realtime_log_config_arn: Option<String>,
}

/// The request for a page of a list, all of which are found below the version.
fn page(what: &str, marker: Option<&str>) -> Request {
    Request::get(&[VERSION, what]).with_some("Marker", marker)
}

async fn distributions(client: &Client) -> Observed<Vec<Distribution>> {
    let listed = client
        .pages(
            DISTRIBUTIONS,
            |marker| page("distribution", marker),
            |answer: List<Summary>, exchange| {
                let next = answer.next_marker.as_deref();
                Page::of(answer.items(), next, |index, item| {
                    convert(index, item, exchange)
                })
            },
        )
        .await;
    let Observed::Known(distributions) = listed else {
        return listed;
    };
    let described = in_parallel(distributions, |distribution| async {
        if stands_before_serverless(&distribution) {
            log_of(client, distribution).await
        } else {
            distribution
        }
    });
    ordered(Observed::Known(described.await), |a, b| a.arn.cmp(&b.arn))
}

fn convert(index: usize, item: &Summary, exchange: Option<&ExchangeId>) -> Option<Distribution> {
    let certificate = item.viewer_certificate.as_ref();
    let mut aliases = within(item.aliases.as_ref()).to_vec();
    aliases.sort();
    let origins: Option<Vec<Origin>> = item.origins.as_ref()?.items()?.iter().map(origin).collect();
    let mut origins = origins?;
    origins.sort();
    let default = item.default_cache_behavior.iter();
    Some(Distribution {
        arn: Arn::new(filled(item.arn.clone())?),
        id: filled(item.id.clone())?,
        domain_name: filled(item.domain_name.clone()),
        aliases,
        enabled: item.enabled,
        // Empty without a web ACL.
        web_acl: filled(item.web_acl.clone()),
        minimum_protocol: certificate.and_then(|it| filled(it.minimum_protocol_version.clone())),
        default_certificate: certificate.and_then(|it| it.cloud_front_default_certificate),
        origins,
        behaviours: default
            .chain(within(item.cache_behaviors.as_ref()))
            .map(behaviour)
            .collect(),
        standard_log: Observed::NotCollected,
        sources: source(
            DISTRIBUTIONS,
            exchange,
            format!("/Items/DistributionSummary/{index}"),
        ),
    })
}

fn origin(origin: &WireOrigin) -> Option<Origin> {
    let custom = origin.custom_origin_config.as_ref();
    let mut tls_protocols = within(custom.and_then(|it| it.origin_ssl_protocols.as_ref())).to_vec();
    tls_protocols.sort();
    Some(Origin {
        id: filled(origin.id.clone())?,
        domain_name: filled(origin.domain_name.clone()),
        access_control: filled(origin.origin_access_control_id.clone()),
        protocol: custom.and_then(|it| filled(it.origin_protocol_policy.clone())),
        tls_protocols,
    })
}

fn behaviour(behavior: &Behavior) -> CacheBehaviour {
    CacheBehaviour {
        path: filled(behavior.path_pattern.clone()),
        origin: filled(behavior.target_origin_id.clone()),
        viewer_protocol: filled(behavior.viewer_protocol_policy.clone()),
        real_time_log: filled(behavior.realtime_log_config_arn.clone()).map(Arn::new),
    }
}

fn stands_before_serverless(distribution: &Distribution) -> bool {
    let mut hosts = distribution
        .origins
        .iter()
        .filter_map(|origin| origin.domain_name.as_deref());
    hosts.any(|host| SERVERLESS.iter().any(|part| host.contains(part)))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    logging: Option<Logging>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Logging {
    enabled: Option<bool>,
    bucket: Option<String>,
}

async fn log_of(client: &Client, mut distribution: Distribution) -> Distribution {
    let request = Request::get(&[VERSION, "distribution", &distribution.id, "config"]);
    // One that is not found although listed was deleted under the scan.
    let reply = client.ask(CONFIG, &[], request).await;
    note(
        &mut distribution.sources,
        CONFIG,
        reply.exchange.as_ref(),
        "",
    );
    distribution.standard_log = reply.value.and_then(|config: Config| match config.logging {
        // Left out where nobody set it.
        None => Observed::Absent,
        Some(logging) => Observed::Known(StandardLog {
            enabled: logging.enabled,
            bucket: filled(logging.bucket),
        }),
    });
    distribution
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ControlSummary {
    id: Option<String>,
    signing_behavior: Option<String>,
    origin_access_control_origin_type: Option<String>,
}

async fn access_controls(client: &Client) -> Observed<Vec<OriginAccessControl>> {
    let listed = client
        .pages(
            ACCESS_CONTROLS,
            |marker| page("origin-access-control", marker),
            |answer: List<ControlSummary>, exchange| {
                let next = answer.next_marker.as_deref();
                Page::of(answer.items(), next, |index, item| {
                    let pointer = format!("/Items/OriginAccessControlSummary/{index}");
                    Some(OriginAccessControl {
                        id: filled(item.id.clone())?,
                        signing: filled(item.signing_behavior.clone()),
                        origin_type: filled(item.origin_access_control_origin_type.clone()),
                        sources: source(ACCESS_CONTROLS, exchange, pointer),
                    })
                })
            },
        )
        .await;
    ordered(listed, |a, b| a.id.cmp(&b.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    const NO_CONTROLS: &str = r#"<OriginAccessControlList xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Marker></Marker><MaxItems>100</MaxItems><IsTruncated>false</IsTruncated><Quantity>0</Quantity></OriginAccessControlList>"#;
    const ARN: &str = "arn:aws:cloudfront::111122223333:distribution";

    fn list(summaries: &str, quantity: usize, next: &str) -> String {
        let items = if quantity == 0 {
            String::new()
        } else {
            format!("<Items>{summaries}</Items>")
        };
        let next = if next.is_empty() {
            String::new()
        } else {
            format!("<NextMarker>{next}</NextMarker>")
        };
        format!(
            r#"<DistributionList xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Marker></Marker>{next}<MaxItems>100</MaxItems><IsTruncated>false</IsTruncated><Quantity>{quantity}</Quantity>{items}</DistributionList>"#
        )
    }

    /// A distribution before a host, with whatever else there is to it.
    fn summary(id: &str, host: &str, more: &str) -> String {
        format!(
            "<DistributionSummary><Id>{id}</Id><ARN>{ARN}/{id}</ARN><Origins><Quantity>1</Quantity><Items><Origin><Id>one</Id><DomainName>{host}</DomainName></Origin></Items></Origins>{more}</DistributionSummary>"
        )
    }

    fn script(summaries: &str, quantity: usize) -> Script {
        Script::new()
            .on(DISTRIBUTIONS, &list(summaries, quantity, ""))
            .on(ACCESS_CONTROLS, NO_CONTROLS)
    }

    fn read(script: &Script) -> CloudFront {
        script.read_global(&NEIGHBOUR).cloudfront
    }

    const URL: &str = "abc.lambda-url.eu-central-1.on.aws";

    #[test]
    fn a_distribution_is_read_whole() {
        let whole = format!(
            "<DistributionSummary><Id>E1</Id><ARN>{ARN}/E1</ARN><ETag>e</ETag><Status>Deployed</Status><DomainName>d1.cloudfront.net</DomainName>\
             <Aliases><Quantity>2</Quantity><Items><CNAME>www.example.com</CNAME><CNAME>example.com</CNAME></Items></Aliases>\
             <Origins><Quantity>2</Quantity><Items><Origin><Id>url</Id><DomainName>{URL}</DomainName><OriginPath></OriginPath><CustomHeaders><Quantity>1</Quantity><Items><OriginCustomHeader><HeaderName>x</HeaderName><HeaderValue>secret</HeaderValue></OriginCustomHeader></Items></CustomHeaders>\
             <CustomOriginConfig><HTTPPort>80</HTTPPort><HTTPSPort>443</HTTPSPort><OriginProtocolPolicy>https-only</OriginProtocolPolicy><OriginSslProtocols><Quantity>2</Quantity><Items><SslProtocol>TLSv1.2</SslProtocol><SslProtocol>TLSv1.1</SslProtocol></Items></OriginSslProtocols></CustomOriginConfig><OriginAccessControlId>O1</OriginAccessControlId></Origin>\
             <Origin><Id>bucket</Id><DomainName>b.s3.amazonaws.com</DomainName><S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig></Origin></Items></Origins>\
             <DefaultCacheBehavior><TargetOriginId>url</TargetOriginId><ViewerProtocolPolicy>redirect-to-https</ViewerProtocolPolicy></DefaultCacheBehavior>\
             <CacheBehaviors><Quantity>1</Quantity><Items><CacheBehavior><PathPattern>/open/*</PathPattern><TargetOriginId>bucket</TargetOriginId><ViewerProtocolPolicy>allow-all</ViewerProtocolPolicy><RealtimeLogConfigArn>arn:log</RealtimeLogConfigArn></CacheBehavior></Items></CacheBehaviors>\
             <Comment>c</Comment><Enabled>true</Enabled><ViewerCertificate><CloudFrontDefaultCertificate>false</CloudFrontDefaultCertificate><MinimumProtocolVersion>TLSv1.2_2021</MinimumProtocolVersion></ViewerCertificate><WebACLId>arn:acl</WebACLId></DistributionSummary>"
        );
        let script = script(&whole, 1).on(
            CONFIG,
            "<DistributionConfig><Logging><Enabled>true</Enabled><Bucket>logs.s3.amazonaws.com</Bucket></Logging></DistributionConfig>",
        );
        let cloudfront = read(&script);
        let read = &cloudfront.distributions.items()[0];
        let text = |text: &str| Some(text.to_owned());
        let behaviour = |path: Option<&str>, origin, protocol, log: Option<&str>| CacheBehaviour {
            path: path.map(str::to_owned),
            origin: text(origin),
            viewer_protocol: text(protocol),
            real_time_log: log.map(Arn::new),
        };
        assert_eq!(
            *read,
            Distribution {
                arn: Arn::new(format!("{ARN}/E1")),
                id: "E1".to_owned(),
                domain_name: text("d1.cloudfront.net"),
                aliases: vec!["example.com".to_owned(), "www.example.com".to_owned()],
                enabled: Some(true),
                web_acl: text("arn:acl"),
                minimum_protocol: text("TLSv1.2_2021"),
                default_certificate: Some(false),
                origins: vec![
                    Origin {
                        id: "bucket".to_owned(),
                        domain_name: text("b.s3.amazonaws.com"),
                        access_control: None,
                        protocol: None,
                        tls_protocols: vec![],
                    },
                    Origin {
                        id: "url".to_owned(),
                        domain_name: text(URL),
                        access_control: text("O1"),
                        protocol: text("https-only"),
                        tls_protocols: vec!["TLSv1.1".to_owned(), "TLSv1.2".to_owned()],
                    },
                ],
                behaviours: vec![
                    behaviour(None, "url", "redirect-to-https", None),
                    behaviour(Some("/open/*"), "bucket", "allow-all", Some("arn:log")),
                ],
                standard_log: Observed::Known(StandardLog {
                    enabled: Some(true),
                    bucket: text("logs.s3.amazonaws.com"),
                }),
                sources: read.sources.clone(),
            }
        );
    }

    #[test]
    fn what_aws_leaves_out_of_a_distribution_is_none() {
        let more = "<WebACLId></WebACLId><Aliases><Quantity>0</Quantity></Aliases><CacheBehaviors><Quantity>0</Quantity></CacheBehaviors>";
        let script = script(&summary("E1", "www.example.com", more), 1);
        let cloudfront = read(&script);
        let bare = &cloudfront.distributions.items()[0];
        assert_eq!((&bare.web_acl, bare.enabled), (&None, None));
        assert_eq!(
            (&bare.minimum_protocol, bare.default_certificate),
            (&None, None)
        );
        assert_eq!((bare.aliases.len(), bare.behaviours.len()), (0, 0));
        // Nothing of ours stands behind it, so its log is not asked for.
        assert_eq!(bare.standard_log, Observed::NotCollected);
        assert!(!script.calls().contains(&CONFIG));
    }

    #[test]
    fn a_log_is_asked_for_before_apis_urls_and_load_balancers() {
        for host in [
            URL,
            "a1.execute-api.eu-west-1.amazonaws.com",
            "lb-1.eu-west-1.elb.amazonaws.com",
            "lb-1.elb.eu-west-1.amazonaws.com",
        ] {
            let script = script(&summary("E1", host, ""), 1).on(CONFIG, "<DistributionConfig><Logging><Enabled>false</Enabled><Bucket></Bucket></Logging></DistributionConfig>");
            let off = StandardLog {
                enabled: Some(false),
                bucket: None,
            };
            let cloudfront = read(&script);
            let distribution = &cloudfront.distributions.items()[0];
            assert_eq!(distribution.standard_log, Observed::Known(off), "{host}");
            let asked = script.asked();
            let config = asked.iter().find(|call| call.operation == CONFIG);
            let path = &config.expect("it was asked").request.path;
            assert_eq!(path, "/2020-05-31/distribution/E1/config");
        }
    }

    #[test]
    fn access_controls_say_whether_they_sign() {
        let controls = "<OriginAccessControlList><Quantity>2</Quantity><Items><OriginAccessControlSummary><Id>O1</Id><SigningBehavior>never</SigningBehavior><OriginAccessControlOriginType>lambda</OriginAccessControlOriginType></OriginAccessControlSummary><OriginAccessControlSummary><Id>O0</Id></OriginAccessControlSummary></Items></OriginAccessControlList>";
        let cloudfront = read(&script("", 0).on(ACCESS_CONTROLS, controls));
        let [bare, whole] = cloudfront.access_controls.items() else {
            panic!("two access controls, by id: {cloudfront:?}");
        };
        assert_eq!((&bare.signing, &bare.origin_type), (&None, &None));
        assert_eq!(whole.signing.as_deref(), Some("never"));
        assert_eq!(whole.origin_type.as_deref(), Some("lambda"));
    }

    #[test]
    fn three_pages_of_distributions_are_one_list() {
        let page = |id: &str, next: &str| list(&summary(id, "x", ""), 1, next);
        let script = script("", 0)
            .on(DISTRIBUTIONS, &page("C", "2"))
            .when(DISTRIBUTIONS, "Marker=2", &page("B", "3"))
            .when(DISTRIBUTIONS, "Marker=3", &page("A", ""));
        let cloudfront = read(&script);
        let distributions = cloudfront.distributions.items();
        let ids: Vec<&str> = distributions.iter().map(|it| &*it.id).collect();
        assert_eq!(ids, ["A", "B", "C"]);
    }

    #[test]
    fn an_account_without_distributions_costs_the_two_lists() {
        let script = script("", 0);
        let cloudfront = read(&script);
        assert_eq!(cloudfront.distributions, Observed::Known(vec![]));
        assert_eq!(cloudfront.access_controls, Observed::Known(vec![]));
        assert_eq!(script.calls(), [DISTRIBUTIONS, ACCESS_CONTROLS]);
    }

    #[test]
    fn what_is_refused_or_not_offered_leaves_the_rest() {
        let lacking = Observed::Unsupported {
            operation: ACCESS_CONTROLS.to_owned(),
        };
        let script = script(&summary("E1", URL, ""), 1)
            .refuse(CONFIG, denied(CONFIG))
            .refuse(ACCESS_CONTROLS, lacking);
        let cloudfront = read(&script);
        let distribution = &cloudfront.distributions.items()[0];
        assert_eq!(distribution.standard_log, denied(CONFIG));
        assert!(matches!(
            cloudfront.access_controls,
            Observed::Unsupported { .. }
        ));
        let cloudfront = read(&script.refuse(DISTRIBUTIONS, denied(DISTRIBUTIONS)));
        assert_eq!(cloudfront.distributions, denied(DISTRIBUTIONS));
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        let lacking = "<DistributionList><Quantity>1</Quantity></DistributionList>";
        let nameless = list("<DistributionSummary/>", 1, "");
        for body in [lacking, &nameless, "<DistributionList>"] {
            let cloudfront = read(&script("", 0).on(DISTRIBUTIONS, body));
            let distributions = cloudfront.distributions;
            assert!(matches!(distributions, Observed::Failed { .. }), "{body}");
        }
    }

    #[test]
    fn a_distribution_about_whose_log_nothing_is_said_has_none() {
        let script = script(&summary("E1", URL, ""), 1).on(CONFIG, "<DistributionConfig/>");
        let cloudfront = read(&script);
        let distribution = &cloudfront.distributions.items()[0];
        assert_eq!(distribution.standard_log, Observed::Absent);
    }
}
