//! Trails: the first is multi-region and at home in the first region, the others are of one region.

use serde_json::{Value, json};

use super::place::{Place, Thing, decimal_end};
use super::{Answer, Params, REGIONS, list, missing, text, whole};
use crate::refusals::Call;

pub(super) fn answer<'a>(place: Place<'a>, call: &Call<'_>, params: &'a Params) -> Answer<'a> {
    let all = move || (0..place.size.trails).map(move |number| place.thing("trail", number));
    match call.operation {
        "DescribeTrails" => {
            let shadows = params.get("includeShadowTrails") != Some(&Value::Bool(false));
            let wanted = params.get("trailNameList").and_then(Value::as_array);
            let trails: Vec<Value> = all()
                .filter(|trail| home(place, trail) == place.region || shadows && is_multi(trail))
                .filter(|trail| {
                    wanted.is_none_or(|names| names.iter().any(|given| is_it(place, trail, given)))
                })
                .map(|trail| document(place, &trail))
                .collect();
            whole(json!({"trailList": trails}))
        }
        "ListTrails" => list("Trails", place.size.trails, move |number| {
            let trail = place.thing("trail", number);
            json!({
                "TrailARN": arn(place, &trail),
                "Name": name(&trail),
                "HomeRegion": home(place, &trail),
            })
        }),
        "GetTrail" | "GetTrailStatus" => with(place, call, text(params, "Name")),
        "GetEventSelectors" | "GetEventConfiguration" => {
            with(place, call, text(params, "TrailName"))
        }
        "ListTags" => {
            let wanted = params.get("ResourceIdList").and_then(Value::as_array);
            let tags: Vec<Value> = wanted
                .into_iter()
                .flatten()
                .map(|arn| json!({"ResourceId": arn, "TagsList": []}))
                .collect();
            whole(json!({"ResourceTagList": tags}))
        }
        _ => Answer::Nothing,
    }
}

/// A trail asked for by its name at home, by its ARN anywhere.
fn with<'a>(place: Place<'a>, call: &Call<'_>, given: &str) -> Answer<'a> {
    let trail = decimal_end(given)
        .filter(|number| *number < place.size.trails)
        .map(|number| place.thing("trail", number))
        .filter(|trail| {
            given == arn(place, trail) || given == name(trail) && home(place, trail) == place.region
        });
    let Some(trail) = trail else {
        return missing(call);
    };
    match call.operation {
        "GetTrail" => whole(json!({"Trail": document(place, &trail)})),
        "GetTrailStatus" => whole(status(&trail)),
        "GetEventConfiguration" => whole(json!({
            "TrailARN": arn(place, &trail),
            "AggregationConfigurations": [],
        })),
        _ => whole(selectors(place, &trail)),
    }
}

fn is_it(place: Place<'_>, trail: &Thing, given: &Value) -> bool {
    *given == name(trail) || *given == arn(place, trail)
}

fn is_multi(trail: &Thing) -> bool {
    trail.number == 0
}

fn name(trail: &Thing) -> String {
    format!("trail-{:05}", trail.number)
}

fn home(place: Place<'_>, trail: &Thing) -> &'static str {
    REGIONS[trail.number % place.size.regions]
}

fn arn(place: Place<'_>, trail: &Thing) -> String {
    format!(
        "arn:aws:cloudtrail:{}:{}:trail/{}",
        home(place, trail),
        place.account,
        name(trail)
    )
}

fn document(place: Place<'_>, trail: &Thing) -> Value {
    json!({
        "Name": name(trail),
        "TrailARN": arn(place, trail),
        "HomeRegion": home(place, trail),
        "IsMultiRegionTrail": is_multi(trail),
        "LogFileValidationEnabled": trail.chance("validated", 70),
        "S3BucketName": format!("trails-{}", place.account),
        "IncludeGlobalServiceEvents": is_multi(trail),
        "HasCustomEventSelectors": false,
        "HasInsightSelectors": false,
        "IsOrganizationTrail": false,
    })
}

fn status(trail: &Thing) -> Value {
    json!({
        "IsLogging": is_multi(trail) || trail.chance("logging", 80),
        "LatestDeliveryTime": "2026-11-20T08:00:00Z",
        "StartLoggingTime": trail.moment(),
        "TimeLoggingStarted": trail.moment().as_str().unwrap_or_default(),
    })
}

fn selectors(place: Place<'_>, trail: &Thing) -> Value {
    json!({
        "TrailARN": arn(place, trail),
        "EventSelectors": [{
            "ReadWriteType": "All",
            "IncludeManagementEvents": true,
            "DataResources": [],
            "ExcludeManagementEventSources": [],
        }],
    })
}
