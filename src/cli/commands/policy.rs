//! `tripod policy`: the IAM permissions that a scan needs.

use std::collections::BTreeSet;

use tripod_checks::{ALL, Service};
use tripod_collect::{
    Document, Grant, IDENTITY, MANAGED_POLICY_LIMIT, Names, RegionChoice, grants, split,
};

use super::scan;
use crate::args::{PolicyArgs, PolicyFormat};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::role::{Role, Trusted, cloudformation, terraform};

pub(super) fn run(args: &PolicyArgs) -> anyhow::Result<Exit> {
    validate(args)?;
    let regions = match scan::regions(&args.regions)? {
        RegionChoice::All => Vec::new(),
        RegionChoice::Only(names) => names,
    };
    let grants = grants(&operations(&args.services), &regions);
    let text = match args.format {
        PolicyFormat::Json => json(args, grants)?,
        PolicyFormat::Cloudformation => template(args, grants, cloudformation),
        PolicyFormat::Terraform => template(args, grants, terraform),
    };
    output::print(&text)?;
    Ok(Exit::Done)
}

/// Refuses what would be left out in silence, or what AWS would refuse later.
fn validate(args: &PolicyArgs) -> Result<(), Failure> {
    let of_a_role = [
        ("--role-name", args.role_name.is_some()),
        ("--trust", args.trust.is_some()),
        ("--external-id", args.external_id.is_some()),
    ];
    if args.format == PolicyFormat::Json
        && let Some((option, _)) = of_a_role.iter().find(|(_, given)| *given)
    {
        return Err(Failure::usage(format!(
            "{option} belongs to a role, and --format json prints a policy alone"
        ))
        .hint("add --format cloudformation or --format terraform"));
    }
    let trusted = args.trust.as_ref().and_then(Trusted::partition);
    match (&args.partition, trusted) {
        (Some(own), Some(theirs)) if *own != theirs => Err(Failure::usage(format!(
            "--trust names a principal of the partition {theirs}, and --partition is {own}"
        ))
        .hint("a role can be assumed from its own partition only")),
        _ => Ok(()),
    }
}

/// What a scan for the checks of `services` calls: their collectors, what their checks read besides,
/// and the first questions. Everything, where no service is named.
fn operations(services: &[Service]) -> Vec<&'static str> {
    if services.is_empty() {
        return tripod_collect::operations();
    }
    let collectors: BTreeSet<&str> = services
        .iter()
        .flat_map(|of| collectors(*of))
        .copied()
        .collect();
    let collected = tripod_collect::ALL
        .iter()
        .filter(|reader| collectors.contains(reader.service()))
        .flat_map(|reader| reader.operations());
    let read = ALL
        .iter()
        .filter(|check| services.contains(&check.service))
        .flat_map(|check| check.needs);
    let read = read.chain(IDENTITY).copied();
    let all: BTreeSet<&str> = collected.chain(read).collect();
    all.into_iter().collect()
}

/// The collectors that read a service.
fn collectors(service: Service) -> &'static [&'static str] {
    match service {
        Service::ApiGateway => &["apigateway", "apigatewayv2"],
        Service::CloudTrail => &["cloudtrail"],
        Service::Iam => &["iam"],
        Service::Kms => &["kms"],
        Service::Lambda => &["lambda"],
        Service::Logs => &["logs"],
        Service::Vpc => &["ec2"],
        Service::Tripod => &[],
    }
}

fn json(args: &PolicyArgs, grants: Vec<Grant>) -> anyhow::Result<String> {
    let names = Names {
        partition: args.partition.as_deref().unwrap_or("aws"),
        account: args.account.as_ref().map_or("*", |id| id.as_str()),
    };
    if args.split {
        let parts: Vec<Document> = split(grants)
            .iter()
            .map(|part| Document::new(part, names))
            .collect();
        return Ok(serde_json::to_string_pretty(&parts)? + "\n");
    }
    let document = Document::new(&grants, names);
    if let Some(remark) = too_long(document.to_string().len()) {
        output::remark(false, &remark);
    }
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// What to say of a policy of so many characters, if it is too long for a managed one.
fn too_long(length: usize) -> Option<String> {
    (length > MANAGED_POLICY_LIMIT).then(|| {
        format!(
            "the policy has {length} characters without white space, and a managed policy holds \
             {MANAGED_POLICY_LIMIT}: --split prints several, the templates attach several"
        )
    })
}

fn template(args: &PolicyArgs, grants: Vec<Grant>, form: impl Fn(&Role) -> String) -> String {
    form(&Role {
        name: &args.role_name.clone().unwrap_or_default(),
        trust: args.trust.as_ref(),
        external_id: args.external_id.as_ref(),
        account: args.account.as_ref(),
        partition: args.partition.as_deref(),
        policies: split(grants),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_has_collectors_and_they_exist() {
        let known: Vec<&str> = tripod_collect::ALL.iter().map(|it| it.service()).collect();
        for service in Service::ALL {
            let own = collectors(service);
            assert!(!own.is_empty(), "{}", service.as_str());
            assert!(own.iter().all(|name| known.contains(name)), "{own:?}");
        }
    }

    #[test]
    fn a_service_takes_what_its_checks_read_elsewhere() {
        let lambda = operations(&[Service::Lambda]);
        assert!(lambda.contains(&"lambda:ListEventSourceMappings"));
        assert!(lambda.contains(&"ec2:DescribeSubnets"));
        assert!(lambda.contains(&"sts:GetCallerIdentity"));
        // No check of Lambda reads these.
        assert!(!lambda.contains(&"ec2:DescribeVpnConnections"));
        assert!(!lambda.contains(&"kms:ListGrants"));
    }

    #[test]
    fn without_a_service_it_is_the_guard_s_list() {
        assert_eq!(operations(&[]), tripod_collect::operations());
    }

    #[test]
    fn all_services_of_checks_together_are_their_collectors_and_what_checks_read_beside() {
        let own = tripod_collect::ALL.iter().filter(|reader| {
            matches!(reader, tripod_collect::Reader::Core(_)) || reader.service() == "logs"
        });
        let own = own.flat_map(|reader| reader.operations());
        let read = tripod_checks::ALL.iter().flat_map(|check| check.needs);
        let expected = own.chain(read.copied()).chain(IDENTITY.iter().copied());
        let expected: BTreeSet<&str> = expected.collect();
        let all: BTreeSet<&str> = operations(&Service::ALL).into_iter().collect();
        assert_eq!(all, expected);
    }

    #[test]
    fn a_policy_that_no_managed_one_holds_is_remarked_on() {
        assert_eq!(too_long(MANAGED_POLICY_LIMIT), None);
        let remark = too_long(MANAGED_POLICY_LIMIT + 1).expect("a remark");
        assert!(
            remark.contains("6145") && remark.contains("--split"),
            "{remark}"
        );
    }
}
