//! Functions that Lambda cannot run, or could not update.

use tripod_model::lambda::{Function, FunctionDetails};
use tripod_model::{Impact, RegionalAccount, Severity, Unknown};

use crate::lambda::egress::attachment;
use crate::lambda::{details, each_function, failed};
use crate::vpc::routes::Routes;
use crate::{Check, Confidence, Control, Outcomes, Service, Status, Verdict, View};

pub(crate) static CHECK: Check = Check {
    id: "lambda-unready-state",
    title: "function that Lambda cannot run or could not update",
    service: Service::Lambda,
    impact: Impact {
        confidentiality: Severity::None,
        integrity: Severity::None,
        availability: Severity::High,
    },
    confidence: Confidence::High,
    rows: &["LA27"],
    needs: &[
        "lambda:ListFunctions",
        "lambda:GetFunction",
        "ec2:DescribeSubnets",
        "ec2:DescribeNetworkInterfaces",
    ],
    controls: &[Control::Baseline("AVL-3"), Control::Baseline("AVL-6")],
    since: "0.1.0",
    status: Status::Stable,
    aliases: &[],
    doc: include_str!("unready_state.md"),
    run,
};

const OPERATION: &str = "lambda:GetFunction";

/// What a reason of Lambda means, where its code does not say it: the network's, the role's and the key's.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html>
const REASONS: [(&str, &str); 13] = [
    (
        "SubnetOutOfIPAddresses",
        "a subnet has no free address for Lambda's interface",
    ),
    (
        "EniLimitExceeded",
        "the VPC has as many network interfaces as its quota allows",
    ),
    ("InvalidSubnet", "a subnet is gone or cannot be used"),
    (
        "InvalidSecurityGroup",
        "a security group is gone or cannot be used",
    ),
    (
        "InsufficientRolePermissions",
        "the role lacks what Lambda needs, such as to manage network interfaces",
    ),
    ("EC2RequestLimitExceeded", "Amazon EC2 throttled Lambda"),
    (
        "DisallowedByVpcEncryptionControl",
        "the VPC refuses traffic that is not encrypted",
    ),
    (
        "EFSMountConnectivityError",
        "the file system is not reached over the network",
    ),
    ("EFSMountTimeout", "the file system did not answer in time"),
    ("DisabledKMSKey", "the key is disabled"),
    ("InvalidStateKMSKey", "the key is in no state to be used"),
    ("KMSKeyAccessDenied", "the key may not be used"),
    ("KMSKeyNotFound", "the key is gone"),
];

fn run(view: &View<'_>, out: &mut Outcomes) {
    each_function(view, out, |scope, function| decide(function, scope.region));
}

fn decide(function: &Function, region: &RegionalAccount) -> Result<Verdict, Unknown> {
    let shown = details(function)?;
    let unsaid = |what: &str| failed(OPERATION, format!("the answer has no {what}"));
    let state = shown.state.as_deref().ok_or_else(|| unsaid("State"))?;
    let verdict = match state {
        "Active" => updated(shown)?,
        "ActiveNonInvocable" if function.configuration.capacity_provider.is_some() => {
            updated(shown)?.remark("calls of this version are refused, which is for published ones")
        }
        "Deleting" => return Ok(Verdict::not_applicable("the function is being deleted")),
        "Pending" => Verdict::fail(format!("the function is Pending{}", why(shown))).lowered_to(
            Severity::Low,
            "it cannot be called until Lambda has prepared it",
        ),
        "Inactive" if is_idle(shown) => idle(function, region),
        "Inactive" | "Failed" | "ActiveNonInvocable" | "Deactivating" | "Deactivated" => {
            Verdict::fail(format!(
                "the function is {state}{}: every call fails",
                why(shown)
            ))
        }
        other => {
            return Err(failed(
                OPERATION,
                format!("the state '{other}' is not known here"),
            ));
        }
    };
    let evidence = |pointer| function.sources.evidence(OPERATION, pointer);
    let verdict = verdict.detail("state", state);
    let verdict = match &shown.state_reason_code {
        Some(code) => verdict.detail("state_reason_code", code.as_str()),
        None => verdict,
    };
    Ok(verdict
        .evidence(evidence("/Configuration/State"))
        .evidence(evidence("/Configuration/LastUpdateStatus")))
}

/// The verdict on a function that runs: what became of its last update.
fn updated(shown: &FunctionDetails) -> Result<Verdict, Unknown> {
    let status = shown
        .last_update_status
        .as_deref()
        .ok_or_else(|| failed(OPERATION, "the answer has no LastUpdateStatus"))?;
    let code = shown.last_update_status_reason_code.as_deref();
    Ok(match status {
        "Failed" => Verdict::fail(format!(
            "the last update failed{}",
            reason(code, shown.last_update_status_reason.as_deref())
        ))
        .detail("last_update_status_reason_code", code.unwrap_or_default())
        .lowered_to(Severity::Medium, "the function runs on as it was before"),
        "InProgress" => Verdict::pass("the function is active, and an update is under way"),
        _ => Verdict::pass("the function is active, and its last update succeeded"),
    })
}

/// Idle functions are woken by the next call, which fails.
fn is_idle(shown: &FunctionDetails) -> bool {
    shown
        .state_reason_code
        .as_deref()
        .is_none_or(|code| code == "Idle")
}

fn idle(function: &Function, region: &RegionalAccount) -> Verdict {
    let message = "the function is Inactive: Lambda took its resources back while nobody called it, and the next call fails";
    let verdict = Verdict::fail(message);
    match cannot_wake(function, region) {
        Ok(subnets) if subnets.is_empty() => {
            verdict.lowered_to(Severity::Low, "its subnets have an address for it to wake")
        }
        Ok(subnets) => verdict
            .remark(&format!(
                "it cannot wake: no address is free for its interface in {}",
                subnets.join(", ")
            ))
            .detail("subnets_without_addresses", subnets),
        Err(_) => verdict.remark("whether its subnets have addresses to wake it is not known"),
    }
}

/// Subnets in which Lambda would have to make an interface for the function, and cannot.
fn cannot_wake(function: &Function, region: &RegionalAccount) -> Result<Vec<String>, Unknown> {
    let Some(vpc) = attachment(function) else {
        return Ok(vec![]);
    };
    let routes = Routes::of(&region.ec2);
    let mut full = Vec::new();
    for id in &vpc.subnet_ids {
        let unsaid = || format!("subnet {id} was shown without its free addresses");
        let free = routes.subnet(id)?.free_ipv4_addresses;
        let free = free.ok_or_else(|| failed("ec2:DescribeSubnets", unsaid()))?;
        if free <= 0 && !has_interface(region, id, &vpc.security_group_ids)? {
            full.push(id.clone());
        }
    }
    Ok(full)
}

/// Whether another function keeps the interface of this subnet and set of security groups alive.
fn has_interface(
    region: &RegionalAccount,
    subnet: &str,
    groups: &[String],
) -> Result<bool, Unknown> {
    let interfaces = region.ec2.network_interfaces.found()?;
    Ok(interfaces.into_iter().flatten().any(|interface| {
        interface.kind.as_deref() == Some("lambda")
            && interface.subnet_id.as_deref() == Some(subnet)
            && interface.security_group_ids == groups
    }))
}

fn why(shown: &FunctionDetails) -> String {
    reason(
        shown.state_reason_code.as_deref(),
        shown.state_reason.as_deref(),
    )
}

/// The reason by its code, and what that means; by Lambda's own words where there is no code.
fn reason(code: Option<&str>, words: Option<&str>) -> String {
    let Some(code) = code else {
        return words.map(|words| format!(" ({words})")).unwrap_or_default();
    };
    match REASONS.iter().find(|(known, _)| *known == code) {
        Some((_, meaning)) => format!(" ({code}: {meaning})"),
        None => format!(" ({code})"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tripod_model::ec2::{Ec2, Subnet};
    use tripod_model::lambda::{CapacityProviderUse, Function, FunctionDetails};
    use tripod_model::{Arn, Finding, Observed, Outcome, Severity, fixtures};

    use super::CHECK;
    use crate::lambda::testing::in_vpc;
    use crate::testing::{assert_denied, run_one};

    fn with(mut function: Function, change: impl FnOnce(&mut FunctionDetails)) -> Function {
        function.details = function.details.map(|mut details| {
            change(&mut details);
            details
        });
        function
    }

    fn judged(change: impl FnOnce(&mut FunctionDetails)) -> Finding {
        let function = with(fixtures::function("claims"), change);
        run_one(&CHECK, &fixtures::with_functions(vec![function]))
    }

    fn in_state(state: &str, code: Option<&str>) -> Finding {
        judged(|details| {
            details.state = Some(state.to_owned());
            details.state_reason_code = code.map(str::to_owned);
        })
    }

    #[test]
    fn a_function_that_cannot_run_fails_and_the_reason_is_named() {
        for (state, code) in [
            ("Failed", Some("SubnetOutOfIPAddresses")),
            ("Inactive", Some("EniLimitExceeded")),
            ("Failed", Some("SomethingNew")),
            ("Deactivated", None),
        ] {
            let finding = in_state(state, code);
            assert_eq!(finding.outcome, Outcome::Fail, "{state}");
            assert_eq!(finding.severity, Severity::High, "{state}");
            assert!(
                finding.message.contains(code.unwrap_or_default()),
                "{}",
                finding.message
            );
        }
        let finding = in_state("Failed", Some("SubnetOutOfIPAddresses"));
        assert_eq!(
            finding.message,
            "the function is Failed (SubnetOutOfIPAddresses: a subnet has no free address for Lambda's interface): every call fails"
        );
    }

    #[test]
    fn an_active_function_passes_while_an_update_is_under_way_too() {
        assert_eq!(judged(|_| {}).outcome, Outcome::Pass);
        let finding = judged(|details| details.last_update_status = Some("InProgress".to_owned()));
        assert_eq!(finding.outcome, Outcome::Pass);
    }

    #[test]
    fn a_failed_update_fails_lowered_since_the_old_one_runs_on() {
        let finding = judged(|details| {
            details.last_update_status = Some("Failed".to_owned());
            details.last_update_status_reason_code = Some("InvalidSubnet".to_owned());
        });
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Medium);
        let code = finding.details.get("last_update_status_reason_code");
        assert_eq!(code, "InvalidSubnet");
    }

    #[test]
    fn what_lambda_still_prepares_fails_lowered_and_what_it_deletes_is_not_asked() {
        let finding = in_state("Pending", Some("Creating"));
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::Low);
        assert_eq!(in_state("Deleting", None).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn the_unpublished_version_on_a_capacity_provider_need_not_be_callable() {
        let mut function = with(fixtures::function("claims"), |details| {
            details.state = Some("ActiveNonInvocable".to_owned());
        });
        let judge = |function: &Function| {
            run_one(&CHECK, &fixtures::with_functions(vec![function.clone()])).outcome
        };
        assert_eq!(judge(&function), Outcome::Fail);
        function.configuration.capacity_provider = Some(CapacityProviderUse {
            arn: Arn::new("arn:aws:lambda:eu-central-1:111122223333:capacity-provider:fleet"),
            max_concurrency: None,
            memory_gib_per_vcpu: None,
        });
        assert_eq!(judge(&function), Outcome::Pass);
    }

    /// An idle function in a subnet with so many free addresses.
    fn idle(free: i64, change: impl FnOnce(&mut Ec2)) -> Finding {
        let function = with(in_vpc(&["s1"], &["sg-1"]), |details| {
            details.state = Some("Inactive".to_owned());
            details.state_reason_code = Some("Idle".to_owned());
        });
        let subnet = Subnet {
            free_ipv4_addresses: Some(free),
            ..fixtures::subnet("s1", "a")
        };
        run_one(
            &CHECK,
            &fixtures::with_region(|region| {
                region.lambda.functions = Observed::Known(vec![function]);
                region.ec2.subnets = Observed::Known(vec![subnet]);
                change(&mut region.ec2);
            }),
        )
    }

    #[test]
    fn an_idle_function_fails_lowered_where_it_can_wake_and_not_where_no_address_is_free() {
        assert_eq!(idle(1, |_| {}).severity, Severity::Low);
        let finding = idle(0, |_| {});
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            finding.details.get("subnets_without_addresses"),
            json!(["s1"])
        );
    }

    #[test]
    fn an_interface_that_another_function_keeps_is_enough_to_wake() {
        let kept = |groups: &[&str]| {
            let interface = fixtures::lambda_interface("eni-1", "s1", groups);
            idle(0, |ec2| {
                ec2.network_interfaces = Observed::Known(vec![interface]);
            })
        };
        assert_eq!(kept(&["sg-1"]).severity, Severity::Low);
        assert_eq!(kept(&["sg-2"]).severity, Severity::High);
    }

    #[test]
    fn subnets_that_are_not_known_lower_nothing() {
        let finding = idle(9, |ec2| {
            ec2.subnets = fixtures::denied("ec2:DescribeSubnets");
        });
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.severity, Severity::High);
        assert!(finding.message.ends_with("is not known"));
    }

    #[test]
    fn what_is_denied_left_out_or_new_is_not_assessed() {
        let mut function = fixtures::function("claims");
        function.details = fixtures::denied("lambda:GetFunction");
        let finding = run_one(&CHECK, &fixtures::with_functions(vec![function]));
        assert_denied(&finding, "lambda:GetFunction");
        assert_eq!(
            judged(|details| details.state = None).outcome,
            Outcome::NotAssessed
        );
        assert_eq!(in_state("Dreaming", None).outcome, Outcome::NotAssessed);
        let finding = judged(|details| details.last_update_status = None);
        assert_eq!(finding.outcome, Outcome::NotAssessed);
    }
}
