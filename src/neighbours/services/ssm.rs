//! Reads Systems Manager's Parameter Store: what is known about parameters. Their values are never asked
//! for.
//!
//! Calls, for P parameters: ⌈P/50⌉ DescribeParameters. AWS publishes no quota for it.
//! <https://docs.aws.amazon.com/general/latest/gr/ssm.html>

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use tripod_model::ssm::{Parameter, Ssm};
use tripod_model::{Arn, ExchangeId, Observed};

use super::{filled, source};
use crate::neighbour::{Context, Neighbour, Part, Place, Wave};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const LIST: &str = "ssm:DescribeParameters";

/// Most parameters on a page.
/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html>
const LARGEST_PAGE: u32 = 50;

static SERVICE: Service = Service {
    name: "ssm",
    signing: "ssm",
    host: Host::Regional("ssm"),
    protocol: Protocol::Json {
        version: "1.1",
        target: "AmazonSSM",
    },
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "ssm",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[LIST],
    details: &[],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let parameters = parameters(&context).await;
    Part::regional(move |region| region.ssm = Ssm { parameters })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    parameters: Option<Vec<ListedParameter>>,
    next_token: Option<String>,
}

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterMetadata.html>
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedParameter {
    #[serde(rename = "ARN")]
    arn: Option<String>,
    name: Option<String>,
    r#type: Option<String>,
    key_id: Option<String>,
    tier: Option<String>,
    #[serde(default, deserialize_with = "super::time")]
    last_modified_date: Option<Timestamp>,
}

async fn parameters(context: &Context) -> Observed<Vec<Parameter>> {
    context
        .client(&SERVICE)
        .pages(
            LIST,
            |token| Request::json(&json!({"MaxResults": LARGEST_PAGE, "NextToken": token})),
            |answer: Listed, exchange| {
                let next = answer.next_token.as_deref();
                Page::of(answer.parameters.as_deref(), next, |index, item| {
                    convert(context, item, index, exchange)
                })
            },
        )
        .await
        .map(|mut parameters| {
            parameters.sort_by(|a, b| a.name.cmp(&b.name));
            parameters
        })
}

fn convert(
    context: &Context,
    item: &ListedParameter,
    index: usize,
    exchange: Option<&ExchangeId>,
) -> Option<Parameter> {
    let name = filled(item.name.clone())?;
    let arn = filled(item.arn.clone()).unwrap_or_else(|| arn(context, &name));
    Some(Parameter {
        arn: Arn::new(arn),
        name,
        kind: filled(item.r#type.clone()),
        kms_key: filled(item.key_id.clone()),
        tier: filled(item.tier.clone()),
        last_modified: item.last_modified_date,
        sources: source(LIST, exchange, format!("/Parameters/{index}")),
    })
}

/// A name that begins with `/` brings the slash of the ARN with it.
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html>
fn arn(context: &Context, name: &str) -> String {
    format!(
        "arn:{}:ssm:{}:{}:parameter/{}",
        context.partition,
        context.region,
        context.account,
        name.strip_prefix('/').unwrap_or(name)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    fn page(names: &[&str], next: &str) -> String {
        let parameters: Vec<String> = names
            .iter()
            .map(|name| format!(r#"{{"Name":"{name}"}}"#))
            .collect();
        format!(
            r#"{{"Parameters":[{}],"NextToken":{next}}}"#,
            parameters.join(",")
        )
    }

    fn read(script: &Script) -> Observed<Vec<Parameter>> {
        script.read(&NEIGHBOUR).ssm.parameters
    }

    #[test]
    fn a_parameter_is_read_with_all_but_its_value() {
        let body = r#"{"Parameters":[{"ARN":"arn:p","Name":"/clinic/db","Type":"SecureString","KeyId":"alias/aws/ssm","Tier":"Advanced","LastModifiedDate":1762160400,"Description":"d","Version":3}]}"#;
        let parameters = read(&Script::new().on(LIST, body));
        let parameter = &parameters.items()[0];
        assert_eq!(parameter.arn, Arn::new("arn:p"));
        assert_eq!(parameter.kind.as_deref(), Some("SecureString"));
        assert_eq!(parameter.kms_key.as_deref(), Some("alias/aws/ssm"));
        assert_eq!(parameter.tier.as_deref(), Some("Advanced"));
        assert_eq!(
            parameter.last_modified,
            Some("2025-11-03T09:00:00Z".parse().expect("a time"))
        );
        assert_eq!(
            parameter.sources.evidence(LIST, "/Type")[0].pointer,
            "/Parameters/0/Type"
        );
    }

    #[test]
    fn what_aws_leaves_out_is_none_and_the_arn_follows_from_the_name() {
        let parameters = read(&Script::new().on(LIST, &page(&["/clinic/db", "flat"], "null")));
        let [path, flat] = parameters.items() else {
            panic!("{parameters:?}");
        };
        let start = "arn:aws:ssm:eu-central-1:111122223333:parameter";
        assert_eq!(path.arn.as_str(), format!("{start}/clinic/db"));
        assert_eq!(flat.arn.as_str(), format!("{start}/flat"));
        assert_eq!(
            (&flat.kind, &flat.kms_key, &flat.tier),
            (&None, &None, &None)
        );
        assert_eq!(flat.last_modified, None);
    }

    #[test]
    fn an_account_without_parameters_costs_one_call() {
        let script = Script::new().on(LIST, &page(&[], "null"));
        assert_eq!(read(&script), Observed::Known(vec![]));
        assert_eq!(script.calls(), [LIST]);
    }

    #[test]
    fn three_pages_are_one_list_in_order() {
        let script = Script::new()
            .on(LIST, &page(&["c"], r#""2""#))
            .when(LIST, r#""NextToken":"2""#, &page(&["b"], r#""3""#))
            .when(LIST, r#""NextToken":"3""#, &page(&["a"], "null"));
        let parameters = read(&script);
        let names: Vec<&str> = parameters
            .items()
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn what_is_refused_not_offered_or_misshapen_is_not_empty() {
        assert_eq!(
            read(&Script::new().refuse(LIST, denied(LIST))),
            denied(LIST)
        );
        let lacking = Observed::Unsupported {
            operation: LIST.to_owned(),
        };
        let script = Script::new().refuse(LIST, lacking);
        assert!(matches!(read(&script), Observed::Unsupported { .. }));
        assert!(matches!(
            read(&Script::new().on(LIST, "{}")),
            Observed::Failed { .. }
        ));
        let nameless = r#"{"Parameters":[{"Type":"String"}]}"#;
        assert!(matches!(
            read(&Script::new().on(LIST, nameless)),
            Observed::Failed { .. }
        ));
    }
}
