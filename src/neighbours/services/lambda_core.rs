//! Reads what Lambda's younger siblings share: network connectors and customer-managed runtimes.
//!
//! Calls, for C connectors and R runtimes: ⌈C/100⌉ ListNetworkConnectors, C GetNetworkConnector, ⌈R/100⌉
//! ListRuntimes. AWS publishes no quota for these. Many regions and every older endpoint lack them.
//! Members are those of AWS's service model `lambda-core` 2026-04-30, which botocore 1.44.5 ships; runtimes
//! came after 1.43.

use serde::Deserialize;
use tripod_model::lambda_core::{LambdaCore, NetworkConnector, NetworkConnectorDetails, Runtime};
use tripod_model::{Arn, Observed};

use super::{filled, note, sorted, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const CONNECTORS: &str = "lambda-core:ListNetworkConnectors";
const CONNECTOR: &str = "lambda-core:GetNetworkConnector";
const RUNTIMES: &str = "lambda-core:ListRuntimes";

/// Most items on a page of either list.
const LARGEST_PAGE: &str = "100";

static SERVICE: Service = Service {
    name: "lambda-core",
    signing: "lambda",
    host: Host::Regional("lambda"),
    protocol: Protocol::RestJson,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "lambda-core",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[CONNECTORS, RUNTIMES],
    details: &[CONNECTOR],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let (network_connectors, runtimes) = futures::join!(connectors(&client), runtimes(&client));
    Part::regional(move |region| {
        region.lambda_core = LambdaCore {
            network_connectors,
            runtimes,
        };
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ConnectorsPage {
    network_connectors: Option<Vec<ListedConnector>>,
    next_marker: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedConnector {
    arn: Option<String>,
    name: Option<String>,
    state: Option<String>,
}

async fn connectors(client: &Client) -> Observed<Vec<NetworkConnector>> {
    let listed = client
        .pages(
            CONNECTORS,
            |marker| {
                Request::get(&["2026-04-04", "network-connectors"])
                    .with("MaxItems", LARGEST_PAGE)
                    .with_some("Marker", marker)
            },
            |answer: ConnectorsPage, exchange| {
                let connectors = answer.network_connectors.as_deref();
                Page::of(connectors, answer.next_marker.as_deref(), |index, item| {
                    let pointer = format!("/NetworkConnectors/{index}");
                    Some(NetworkConnector {
                        arn: Arn::new(filled(item.arn.clone())?),
                        name: filled(item.name.clone()),
                        state: filled(item.state.clone()),
                        details: Observed::NotCollected,
                        sources: source(CONNECTORS, exchange, pointer),
                    })
                })
            },
        )
        .await;
    let Observed::Known(connectors) = listed else {
        return listed;
    };
    let mut connectors = in_parallel(connectors, |it| describe(client, it)).await;
    connectors.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(connectors)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribedConnector {
    configuration: Option<Configuration>,
    operator_role: Option<String>,
    state_reason_code: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    vpc_egress_configuration: Option<VpcEgress>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VpcEgress {
    #[serde(default = "Vec::new")]
    subnet_ids: Vec<String>,
    #[serde(default = "Vec::new")]
    security_group_ids: Vec<String>,
    network_protocol: Option<String>,
    elastic_ip_configuration: Option<ElasticIp>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ElasticIp {
    r#type: Option<String>,
}

async fn describe(client: &Client, mut connector: NetworkConnector) -> NetworkConnector {
    let arn = connector.arn.as_str();
    let request = Request::get(&["2026-04-04", "network-connectors", arn]);
    // A connector that is not found although listed was deleted under the scan.
    let reply = client.ask(CONNECTOR, &[], request).await;
    let exchange = reply.exchange.as_ref();
    note(&mut connector.sources, CONNECTOR, exchange, "");
    connector.details = reply.value.map(convert);
    connector
}

fn convert(answer: DescribedConnector) -> NetworkConnectorDetails {
    let egress = answer
        .configuration
        .and_then(|it| it.vpc_egress_configuration)
        .unwrap_or_default();
    NetworkConnectorDetails {
        subnet_ids: sorted(egress.subnet_ids),
        security_group_ids: sorted(egress.security_group_ids),
        network_protocol: filled(egress.network_protocol),
        elastic_ip: egress
            .elastic_ip_configuration
            .and_then(|it| filled(it.r#type)),
        role: filled(answer.operator_role).map(Arn::new),
        state_reason_code: filled(answer.state_reason_code),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RuntimesPage {
    items: Option<Vec<ListedRuntime>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedRuntime {
    arn: Option<String>,
    name: Option<String>,
    state: Option<String>,
    release_lifecycle: Option<Lifecycle>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Lifecycle {
    release_state: Option<String>,
    deprecation_date: Option<String>,
    function_create_block_date: Option<String>,
    function_update_block_date: Option<String>,
}

async fn runtimes(client: &Client) -> Observed<Vec<Runtime>> {
    client
        .pages(
            RUNTIMES,
            |token| {
                Request::get(&["2026-10-01", "runtimes"])
                    .with("maxResults", LARGEST_PAGE)
                    .with_some("nextToken", token)
            },
            |answer: RuntimesPage, exchange| {
                let next = answer.next_token.as_deref();
                Page::of(answer.items.as_deref(), next, |index, item| {
                    let lifecycle = item.release_lifecycle.clone().unwrap_or_default();
                    Some(Runtime {
                        arn: Arn::new(filled(item.arn.clone())?),
                        name: filled(item.name.clone()),
                        state: filled(item.state.clone()),
                        release_state: filled(lifecycle.release_state),
                        deprecation_date: filled(lifecycle.deprecation_date),
                        create_block_date: filled(lifecycle.function_create_block_date),
                        update_block_date: filled(lifecycle.function_update_block_date),
                        sources: source(RUNTIMES, exchange, format!("/Items/{index}")),
                    })
                })
            },
        )
        .await
        .map(|mut runtimes| {
            runtimes.sort_by(|a, b| a.arn.cmp(&b.arn));
            runtimes
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    fn connectors_page(names: &[&str], next: &str) -> String {
        page("NetworkConnectors", names, "NextMarker", next)
    }

    fn runtimes_page(names: &[&str], next: &str) -> String {
        page("Items", names, "NextToken", next)
    }

    fn page(member: &str, names: &[&str], token: &str, next: &str) -> String {
        let items: Vec<String> = names
            .iter()
            .map(|name| format!(r#"{{"Arn":"arn:{name}"}}"#))
            .collect();
        format!(r#"{{"{member}":[{}],"{token}":{next}}}"#, items.join(","))
    }

    fn script() -> Script {
        Script::new()
            .on(CONNECTORS, &connectors_page(&["c"], "null"))
            .on(CONNECTOR, "{}")
            .on(RUNTIMES, &runtimes_page(&["r"], "null"))
    }

    fn read(script: &Script) -> LambdaCore {
        script.read(&NEIGHBOUR).lambda_core
    }

    #[test]
    fn a_connector_is_read_with_where_it_leads() {
        let script = script()
            .on(CONNECTORS, r#"{"NetworkConnectors":[{"Arn":"arn:aws:lambda:r:1:network-connector:nc-1","Name":"vpc","Id":"nc-1","Type":"VPC_EGRESS","State":"FAILED","LastModified":"2026-11-01T00:00:00Z"}]}"#)
            .on(CONNECTOR, r#"{"Configuration":{"VpcEgressConfiguration":{"SubnetIds":["subnet-2","subnet-1"],"SecurityGroupIds":["sg-1"],"NetworkProtocol":"IPv4","ElasticIpConfiguration":{"Type":"ServiceManaged"}}},"OperatorRole":"arn:role","StateReasonCode":"SubnetOutOfIPAddresses"}"#);
        let core = read(&script);
        let connector = &core.network_connectors.items()[0];
        assert_eq!(connector.state.as_deref(), Some("FAILED"));
        assert_eq!(
            connector.details,
            Observed::Known(NetworkConnectorDetails {
                subnet_ids: vec!["subnet-1".to_owned(), "subnet-2".to_owned()],
                security_group_ids: vec!["sg-1".to_owned()],
                network_protocol: Some("IPv4".to_owned()),
                elastic_ip: Some("ServiceManaged".to_owned()),
                role: Some(Arn::new("arn:role")),
                state_reason_code: Some("SubnetOutOfIPAddresses".to_owned()),
            })
        );
        let asked = script.asked();
        let one = asked
            .iter()
            .find(|call| call.operation == CONNECTOR)
            .expect("asked");
        assert_eq!(
            one.request.path,
            "/2026-04-04/network-connectors/arn%3Aaws%3Alambda%3Ar%3A1%3Anetwork-connector%3Anc-1"
        );
    }

    #[test]
    fn a_runtime_is_read_with_its_dates() {
        let body = r#"{"Items":[{"Arn":"arn:r","Name":"house","State":"ACTIVE","ReleaseLifecycle":{"ReleaseState":"DEPRECATED","DeprecationDate":"2026-06-30","FunctionCreateBlockDate":"2026-07-31","FunctionUpdateBlockDate":"2026-08-31"}}]}"#;
        let core = read(&script().on(RUNTIMES, body));
        let runtime = &core.runtimes.items()[0];
        assert_eq!(runtime.release_state.as_deref(), Some("DEPRECATED"));
        assert_eq!(runtime.deprecation_date.as_deref(), Some("2026-06-30"));
        assert_eq!(runtime.create_block_date.as_deref(), Some("2026-07-31"));
        assert_eq!(runtime.update_block_date.as_deref(), Some("2026-08-31"));
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let core = read(&script());
        let connector = &core.network_connectors.items()[0];
        assert_eq!((&connector.name, &connector.state), (&None, &None));
        let Observed::Known(details) = &connector.details else {
            panic!("{connector:?}");
        };
        assert_eq!((&details.role, &details.network_protocol), (&None, &None));
        assert!(details.subnet_ids.is_empty());
        let runtime = &core.runtimes.items()[0];
        assert_eq!(
            (&runtime.release_state, &runtime.deprecation_date),
            (&None, &None)
        );
    }

    #[test]
    fn an_account_with_nothing_costs_the_two_lists() {
        let script = Script::new()
            .on(CONNECTORS, &connectors_page(&[], "null"))
            .on(RUNTIMES, &runtimes_page(&[], "null"));
        let core = read(&script);
        assert_eq!(core.network_connectors, Observed::Known(vec![]));
        assert_eq!(core.runtimes, Observed::Known(vec![]));
        assert_eq!(script.calls(), [CONNECTORS, RUNTIMES]);
    }

    #[test]
    fn three_pages_of_either_list_are_one_list_in_order() {
        let mut script = script();
        for (name, marker, token, next) in [
            ("c", "", "", r#""2""#),
            ("b", "Marker=2", "nextToken=2", r#""3""#),
            ("a", "Marker=3", "nextToken=3", "null"),
        ] {
            script = script
                .when(CONNECTORS, marker, &connectors_page(&[name], next))
                .when(RUNTIMES, token, &runtimes_page(&[name], next));
        }
        let core = read(&script);
        let arns: Vec<&str> = core
            .network_connectors
            .items()
            .iter()
            .map(|it| it.arn.as_str())
            .collect();
        assert_eq!(arns, ["arn:a", "arn:b", "arn:c"]);
        assert_eq!(core.runtimes.items().len(), 3);
    }

    #[test]
    fn what_is_refused_or_not_offered_spoils_nothing_else() {
        let lacking = Observed::Unsupported {
            operation: RUNTIMES.to_owned(),
        };
        let core = read(
            &script()
                .refuse(RUNTIMES, lacking)
                .refuse(CONNECTOR, denied(CONNECTOR)),
        );
        assert!(matches!(core.runtimes, Observed::Unsupported { .. }));
        assert_eq!(
            core.network_connectors.items()[0].details,
            denied(CONNECTOR)
        );
        let core = read(&script().refuse(CONNECTORS, denied(CONNECTORS)));
        assert_eq!(core.network_connectors, denied(CONNECTORS));
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        let core = read(&script().on(CONNECTORS, "{}").on(RUNTIMES, "[]"));
        assert!(matches!(core.network_connectors, Observed::Failed { .. }));
        assert!(matches!(core.runtimes, Observed::Failed { .. }));
    }
}
