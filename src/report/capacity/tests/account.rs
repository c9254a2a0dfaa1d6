//! The account of the tests, worked out by hand.
//!
//! ```text
//! subnet s1, 10.0.0.0/28 in eu-central-1a: 16 addresses, 5 reserved by AWS, 11 usable, 1 free
//! claims  in s1 with sg-1, which has an interface; a URL that anybody may call
//! orders  in s1 with sg-2, no interface yet; POST /claims at prod of shop, 50 a second and a burst of 100
//! labs    in s1 with sg-3, no interface yet; nothing calls it
//! need of s1 now = 1 + 1 + 1 = 3; 1 is held, 2 are to come, 1 is free: 1 is missing
//! others hold 11 usable - 1 free - 1 of Lambda = 9
//! pool: 1,000 unreserved, nothing kept ready; no metrics, so that each neighbour needs 1
//! room of claims = 1,000 - 0 - (orders 1 + labs 1) = 998; its URL has no bound
//! room of orders = 998; timeout 10 s, no duration known: 50 × 10 + 100 = 600 at most, 100 at least
//! ```

use jiff::{SignedDuration, Timestamp};
use tripod_model::apigateway::RestApi;
use tripod_model::lambda::{Function, FunctionUrl, VpcAttachment};
use tripod_model::{Arn, Observed, RegionalAccount, Snapshot, Sources, fixtures};

use crate::capacity::{CapacityReport, History, Mistake, Question};

fn function(name: &str, group: &str) -> Function {
    let mut function = fixtures::function(name);
    function.configuration.network.vpc = Some(VpcAttachment {
        vpc_id: Some("vpc-1".to_owned()),
        subnet_ids: vec!["s1".to_owned()],
        security_group_ids: vec![group.to_owned()],
        ipv6_allowed: Some(false),
    });
    function.details = function.details.map(|mut details| {
        details.reserved_concurrency = None;
        details
    });
    function
}

/// With a URL that anybody may call.
fn open(mut function: Function) -> Function {
    function.urls = Observed::Known(vec![FunctionUrl {
        function_arn: function.arn.clone(),
        url: format!("https://{}.lambda-url.eu-central-1.on.aws/", function.name),
        auth_type: "NONE".to_owned(),
        invoke_mode: None,
        cors: None,
        sources: Sources::default(),
    }]);
    function
}

/// `POST /claims` at `prod`, which leads to `orders`.
fn shop(orders: &Arn) -> RestApi {
    let mut api = fixtures::rest_api("a1");
    "shop".clone_into(&mut api.name);
    if let Observed::Known(methods) = &mut api.methods
        && let Some(integration) = &mut methods[0].integration
    {
        integration.uri = Some(format!(
            "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{orders}/invocations"
        ));
    }
    api
}

pub(super) fn change(region: &mut RegionalAccount) {
    let functions = vec![
        open(function("claims", "sg-1")),
        function("orders", "sg-2"),
        function("labs", "sg-3"),
    ];
    region.apigateway.rest_apis = Observed::Known(vec![shop(&functions[1].arn)]);
    region.lambda.functions = Observed::Known(functions);
    region.ec2.vpcs = Observed::Known(vec![fixtures::vpc("vpc-1")]);
    let mut subnet = fixtures::subnet("s1", "eu-central-1a");
    subnet.name = Some("private-a".to_owned());
    subnet.ipv4_cidr = Some("10.0.0.0/28".to_owned());
    subnet.free_ipv4_addresses = Some(1);
    region.ec2.subnets = Observed::Known(vec![subnet]);
    let interface = fixtures::lambda_interface("eni-1", "s1", &["sg-1"]);
    region.ec2.network_interfaces = Observed::Known(vec![interface]);
    region.lambda_core.network_connectors = Observed::Known(vec![]);
}

pub(super) fn snapshot() -> Snapshot {
    fixtures::with_region(change)
}

/// The text of the same snapshot as a run some days earlier saw it, with so many addresses free.
pub(super) fn earlier(days: i64, free: i64) -> String {
    let mut snapshot = snapshot();
    let today: Timestamp = snapshot.run.observed;
    snapshot.run.observed = today - SignedDuration::from_hours(24 * days);
    snapshot.run.id = format!("run-{days}");
    if let Observed::Known(subnets) = &mut snapshot.accounts[0].regions[0].ec2.subnets {
        subnets[0].free_ipv4_addresses = Some(free);
    }
    serde_json::to_string(&snapshot).expect("writes")
}

/// Four runs, 10 addresses fewer each day: 41, 31, 21, 11, and 1 today.
pub(super) fn history() -> History {
    let mut history = History::default();
    for days in 1..=4 {
        history.add(&format!("run-{days}"), &earlier(days, 1 + 10 * days));
    }
    history
}

pub(super) fn asked(snapshot: &Snapshot, question: &Question) -> Result<CapacityReport, Mistake> {
    CapacityReport::new(snapshot, question, &history(), "0.1.0")
}

pub(super) fn report() -> CapacityReport {
    asked(&snapshot(), &Question::default()).expect("nothing is supposed")
}
