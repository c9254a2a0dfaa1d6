//! The organisation of an estate of two or more accounts: all under one root, the first manages.

use serde_json::{Value, json};

use super::place::Place;
use super::{Answer, Params, id_of_account, list, missing, text, whole};
use crate::refusals::{Call, Refusal};

const ID: &str = "o-sim0000000";
const ROOT: &str = "r-sim0";

pub(super) fn answer<'a>(place: Place<'a>, call: &Call<'_>, params: &'a Params) -> Answer<'a> {
    // An account alone is in no organisation.
    if place.size.accounts < 2 {
        return Answer::Refused(Refusal::new(
            "AWSOrganizationsNotInUseException",
            "Your account is not a member of an organization.",
        ));
    }
    let manager = id_of_account(0);
    match call.operation {
        "DescribeOrganization" => whole(json!({"Organization": {
            "Id": ID,
            "Arn": arn(&manager, "organization"),
            "FeatureSet": "ALL",
            "MasterAccountId": manager,
            "MasterAccountArn": account_arn(&manager),
            "MasterAccountEmail": "manager@sim.example",
        }})),
        // Members may ask for nothing else.
        _ if place.account != manager => Answer::Refused(call.denied()),
        "ListAccounts" => list("Accounts", place.size.accounts, account),
        "DescribeAccount" => match numbered(place, text(params, "AccountId")) {
            Some(nth) => whole(json!({"Account": account(nth)})),
            None => missing(call),
        },
        "ListRoots" => list("Roots", 1, move |_| {
            json!({
                "Id": ROOT,
                "Arn": arn(&manager, &format!("root/{ID}/{ROOT}")),
                "Name": "Root",
                "PolicyTypes": [],
            })
        }),
        "ListAccountsForParent" if text(params, "ParentId") == ROOT => {
            list("Accounts", place.size.accounts, account)
        }
        "ListOrganizationalUnitsForParent" if text(params, "ParentId") == ROOT => {
            list("OrganizationalUnits", 0, |_| Value::Null)
        }
        "ListParents" => match numbered(place, text(params, "ChildId")) {
            Some(_) => list("Parents", 1, |_| json!({"Id": ROOT, "Type": "ROOT"})),
            None => missing(call),
        },
        "ListAccountsForParent" | "ListOrganizationalUnitsForParent" => missing(call),
        _ => Answer::Nothing,
    }
}

fn arn(manager: &str, resource: &str) -> String {
    let resource = if resource == "organization" {
        format!("organization/{ID}")
    } else {
        resource.to_owned()
    };
    format!("arn:aws:organizations::{manager}:{resource}")
}

fn account_arn(id: &str) -> String {
    arn(&id_of_account(0), &format!("account/{ID}/{id}"))
}

fn numbered(place: Place<'_>, id: &str) -> Option<usize> {
    let nth = if id == id_of_account(0) {
        0
    } else {
        id.strip_prefix('4')?.parse().ok()?
    };
    (nth < place.size.accounts && id == id_of_account(nth)).then_some(nth)
}

fn account(nth: usize) -> Value {
    let id = id_of_account(nth);
    json!({
        "Arn": account_arn(&id),
        "Email": format!("account-{nth:05}@sim.example"),
        "Name": format!("account-{nth:05}"),
        "Status": "ACTIVE",
        "State": "ACTIVE",
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": "2025-01-01T08:00:00Z",
        "Id": id,
    })
}
