//! Names that the snapshot does not have, and names that mean harm.

use tripod_capacity::WhatIf;
use tripod_model::{AccountId, Observed, RegionName, Snapshot};

use super::account::{asked, snapshot};
use crate::Options;
use crate::capacity::{Mistake, Question, html, json, table};
use crate::plain::steers;

fn refused(question: &Question) -> Mistake {
    asked(&snapshot(), question).expect_err("a name that is none")
}

fn supposing(what_if: WhatIf) -> Mistake {
    refused(&Question {
        what_if,
        ..Question::default()
    })
}

fn throttled(text: &str) -> Mistake {
    supposing(WhatIf {
        throttles: vec![text.parse().expect("a throttle")],
        ..WhatIf::default()
    })
}

fn said(mistake: &Mistake) -> (&str, &str) {
    (&mistake.message, &mistake.hint)
}

#[test]
fn a_function_that_is_none_is_named_with_the_nearest() {
    let concurrency = supposing(WhatIf {
        concurrency: [("cliams".to_owned(), 5)].into(),
        ..WhatIf::default()
    });
    assert_eq!(
        said(&concurrency),
        (
            "there is no function 'cliams' in eu-central-1",
            "did you mean 'claims'?"
        )
    );
    let reserved = supposing(WhatIf {
        reserved: [("zzzzzz".to_owned(), 5)].into(),
        ..WhatIf::default()
    });
    assert_eq!(
        said(&reserved),
        (
            "there is no function 'zzzzzz' in eu-central-1",
            "it has 'claims', 'labs', 'orders'"
        )
    );
}

#[test]
fn a_zone_that_is_none_is_named_with_the_nearest() {
    let mistake = supposing(WhatIf {
        lose_zones: ["eu-central-1x".to_owned()].into(),
        ..WhatIf::default()
    });
    assert_eq!(
        said(&mistake),
        (
            "there is no zone with a subnet 'eu-central-1x' in eu-central-1",
            "did you mean 'eu-central-1a'?"
        )
    );
}

#[test]
fn a_throttle_of_nothing_is_told_by_the_part_that_is_wrong() {
    assert_eq!(
        said(&throttled("shopp/prod/*=1:1")),
        (
            "there is no API 'shopp' in eu-central-1",
            "did you mean 'shop'?"
        )
    );
    assert_eq!(
        said(&throttled("shop/prd/*=1:1")),
        (
            "there is no stage 'prd' in API 'shop' with a function behind it",
            "did you mean 'prod'?"
        )
    );
    assert_eq!(
        said(&throttled("a1/prod/POST /claim=1:1")),
        (
            "there is no method or route 'POST /claim' in stage 'prod' of API 'a1' with a function behind it",
            "did you mean 'POST /claims'?"
        )
    );
}

#[test]
fn names_of_the_snapshot_are_taken_by_name_and_by_id() {
    for text in ["shop/prod/*=1:1", "a1/prod/POST /claims=1:1"] {
        let what_if = WhatIf {
            throttles: vec![text.parse().expect("a throttle")],
            lose_zones: ["eu-central-1a".to_owned()].into(),
            concurrency: [("claims".to_owned(), 5)].into(),
            ..WhatIf::default()
        };
        let question = Question {
            what_if,
            ..Question::default()
        };
        assert!(asked(&snapshot(), &question).is_ok(), "{text}");
    }
}

#[test]
fn an_account_and_a_region_that_are_none_are_named() {
    let account = refused(&Question {
        account: Some(AccountId::new("999999999999")),
        ..Question::default()
    });
    assert_eq!(
        said(&account),
        (
            "there is no account '999999999999' in the snapshot",
            "it has '111122223333'"
        )
    );
    let region = refused(&Question {
        regions: vec![RegionName::new("eu-central-2")],
        ..Question::default()
    });
    assert_eq!(
        said(&region),
        (
            "there is no region 'eu-central-2' in the snapshot",
            "did you mean 'eu-central-1'?"
        )
    );
}

const HOSTILE: &str = "</title><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u{1b}]0;owned\u{7}\u{202e}\u{9b}2J";

/// The account with every name that somebody else may choose turned hostile.
fn hostile() -> Snapshot {
    let mut snapshot = snapshot();
    snapshot.run.id.push_str(HOSTILE);
    snapshot.run.endpoint = Some(HOSTILE.to_owned());
    let region = &mut snapshot.accounts[0].regions[0];
    if let Observed::Known(functions) = &mut region.lambda.functions {
        for function in functions {
            function.name.push_str(HOSTILE);
            if let Observed::Known(urls) = &mut function.urls {
                for url in urls {
                    url.url.push_str(HOSTILE);
                }
            }
            if let Some(vpc) = &mut function.configuration.network.vpc {
                vpc.security_group_ids[0].push_str(HOSTILE);
            }
        }
    }
    if let Observed::Known(subnets) = &mut region.ec2.subnets {
        subnets[0].name = Some(HOSTILE.to_owned());
        subnets[0].availability_zone = Some(HOSTILE.to_owned());
    }
    if let Observed::Known(apis) = &mut region.apigateway.rest_apis {
        apis[0].name.push_str(HOSTILE);
        if let Observed::Known(stages) = &mut apis[0].stages {
            stages[0].name.push_str(HOSTILE);
        }
    }
    snapshot
}

#[test]
fn hostile_names_steer_no_terminal() {
    let report = asked(&hostile(), &Question::default()).expect("a report");
    let mut bytes = Vec::new();
    json(&report, &mut bytes).expect("memory can be written");
    let document = String::from_utf8(bytes).expect("UTF-8");
    let page = table(&report, &Options::default());
    assert!(page.contains("owned"), "the names are there");
    for text in [document, page] {
        let steering: Vec<char> = text
            .chars()
            .filter(|it| *it != '\n' && steers(*it))
            .collect();
        assert!(steering.is_empty(), "{steering:?}");
    }
}

#[test]
fn hostile_names_are_text_on_the_page_and_nothing_else() {
    let page = html(&asked(&hostile(), &Question::default()).expect("a report"));
    assert!(
        page.contains("&lt;script&gt;alert(1)"),
        "the names are there"
    );
    for harm in ["<script", "<img", "\u{1b}", "\u{202e}"] {
        assert!(!page.contains(harm), "{harm}");
    }
    super::html::is_well_formed(&page);
}
