//! Reads AWS Backup.
//!
//! Calls, for P plans, V vaults and R resources with a backup: ⌈P/1000⌉ ListBackupPlans, P GetBackupPlan,
//! ⌈V/1000⌉ ListBackupVaults, ⌈R/1000⌉ ListProtectedResources. AWS publishes no quota for these.
//! <https://docs.aws.amazon.com/aws-backup/latest/devguide/aws-backup-limits.html>

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tripod_model::backup::{Backup, Copy, Plan, ProtectedResource, Rule, Vault};
use tripod_model::{Arn, ExchangeId, Observed};

use super::{filled, note, source};
use crate::client::Client;
use crate::neighbour::{Context, Neighbour, Part, Place, Wave, in_parallel};
use crate::pages::Page;
use crate::request::Request;
use crate::service::{Host, Protocol, Service};

const PLANS: &str = "backup:ListBackupPlans";
const PLAN: &str = "backup:GetBackupPlan";
const VAULTS: &str = "backup:ListBackupVaults";
const RESOURCES: &str = "backup:ListProtectedResources";

/// Most items on a page of each list.
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListBackupPlans.html>
const LARGEST_PAGE: &str = "1000";

static SERVICE: Service = Service {
    name: "backup",
    signing: "backup",
    host: Host::Regional("backup"),
    protocol: Protocol::RestJson,
};

pub(crate) static NEIGHBOUR: Neighbour = Neighbour {
    service: "backup",
    place: Place::Regional,
    wave: Wave::First,
    lists: &[PLANS, VAULTS, RESOURCES],
    details: &[PLAN],
    run: |context| Box::pin(read(context)),
};

async fn read(context: Context) -> Part {
    let client = context.client(&SERVICE);
    let (plans, vaults, protected_resources) =
        futures::join!(plans(&client), vaults(&client), resources(&client));
    Part::regional(move |region| {
        region.backup = Backup {
            plans,
            vaults,
            protected_resources,
        };
    })
}

/// The paths of lists end in a slash, which an empty last segment writes.
async fn list<T: DeserializeOwned, Item>(
    client: &Client,
    operation: &'static str,
    path: &[&str],
    split: impl FnMut(T, Option<&ExchangeId>) -> Page<Item>,
) -> Observed<Vec<Item>> {
    let request = |token: Option<&str>| {
        Request::get(path)
            .with("maxResults", LARGEST_PAGE)
            .with_some("nextToken", token)
    };
    client.pages(operation, request, split).await
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PlansPage {
    backup_plans_list: Option<Vec<ListedPlan>>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ListedPlan {
    #[serde(rename = "BackupPlanArn")]
    arn: Option<String>,
    #[serde(rename = "BackupPlanId")]
    id: Option<String>,
    #[serde(rename = "BackupPlanName")]
    name: Option<String>,
}

async fn plans(client: &Client) -> Observed<Vec<Plan>> {
    let path = ["backup", "plans", ""];
    let listed = list(client, PLANS, &path, |answer: PlansPage, exchange| {
        let next = answer.next_token.as_deref();
        Page::of(answer.backup_plans_list.as_deref(), next, |index, item| {
            Some(Plan {
                arn: Arn::new(filled(item.arn.clone())?),
                id: filled(item.id.clone())?,
                name: filled(item.name.clone()),
                rules: Observed::NotCollected,
                sources: source(PLANS, exchange, format!("/BackupPlansList/{index}")),
            })
        })
    })
    .await;
    let Observed::Known(plans) = listed else {
        return listed;
    };
    let mut plans = in_parallel(plans, |plan| describe(client, plan)).await;
    plans.sort_by(|a, b| a.arn.cmp(&b.arn));
    Observed::Known(plans)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribedPlan {
    backup_plan: PlanDocument,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PlanDocument {
    rules: Vec<ListedRule>,
}

/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html>
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedRule {
    rule_name: Option<String>,
    target_backup_vault_name: Option<String>,
    schedule_expression: Option<String>,
    lifecycle: Option<Lifecycle>,
    enable_continuous_backup: Option<bool>,
    #[serde(default = "Vec::new")]
    copy_actions: Vec<CopyAction>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Lifecycle {
    delete_after_days: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CopyAction {
    destination_backup_vault_arn: Option<String>,
    lifecycle: Option<Lifecycle>,
}

async fn describe(client: &Client, mut plan: Plan) -> Plan {
    let request = Request::get(&["backup", "plans", &plan.id, ""]);
    // A plan that is not found although listed was deleted under the scan.
    let reply = client.ask(PLAN, &[], request).await;
    let pointer = "/BackupPlan";
    note(&mut plan.sources, PLAN, reply.exchange.as_ref(), pointer);
    plan.rules = reply.value.map(|answer: DescribedPlan| {
        let rules = answer.backup_plan.rules;
        rules.into_iter().map(rule).collect()
    });
    plan
}

fn rule(rule: ListedRule) -> Rule {
    let days = |lifecycle: Option<Lifecycle>| lifecycle.and_then(|it| it.delete_after_days);
    Rule {
        name: filled(rule.rule_name),
        vault: filled(rule.target_backup_vault_name),
        schedule: filled(rule.schedule_expression),
        delete_after_days: days(rule.lifecycle),
        continuous: rule.enable_continuous_backup,
        copies: rule
            .copy_actions
            .into_iter()
            .map(|copy| Copy {
                vault: filled(copy.destination_backup_vault_arn).map(Arn::new),
                delete_after_days: days(copy.lifecycle),
            })
            .collect(),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VaultsPage {
    backup_vault_list: Option<Vec<ListedVault>>,
    next_token: Option<String>,
}

/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupVaultListMember.html>
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedVault {
    backup_vault_arn: Option<String>,
    backup_vault_name: Option<String>,
    vault_type: Option<String>,
    encryption_key_arn: Option<String>,
    locked: Option<bool>,
    #[serde(default, deserialize_with = "super::time")]
    lock_date: Option<Timestamp>,
    min_retention_days: Option<i64>,
    max_retention_days: Option<i64>,
    number_of_recovery_points: Option<i64>,
}

async fn vaults(client: &Client) -> Observed<Vec<Vault>> {
    let path = ["backup-vaults", ""];
    list(client, VAULTS, &path, |answer: VaultsPage, exchange| {
        let next = answer.next_token.as_deref();
        Page::of(answer.backup_vault_list.as_deref(), next, |index, item| {
            Some(Vault {
                arn: Arn::new(filled(item.backup_vault_arn.clone())?),
                name: filled(item.backup_vault_name.clone())?,
                kind: filled(item.vault_type.clone()),
                kms_key: filled(item.encryption_key_arn.clone()).map(Arn::new),
                locked: item.locked,
                lock_date: item.lock_date,
                minimum_retention_days: item.min_retention_days,
                maximum_retention_days: item.max_retention_days,
                recovery_points: item.number_of_recovery_points,
                sources: source(VAULTS, exchange, format!("/BackupVaultList/{index}")),
            })
        })
    })
    .await
    .map(|mut vaults| {
        vaults.sort_by(|a, b| a.arn.cmp(&b.arn));
        vaults
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ResourcesPage {
    results: Option<Vec<ListedResource>>,
    next_token: Option<String>,
}

/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ProtectedResource.html>
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedResource {
    resource_arn: Option<String>,
    resource_type: Option<String>,
    #[serde(default, deserialize_with = "super::time")]
    last_backup_time: Option<Timestamp>,
    last_backup_vault_arn: Option<String>,
}

async fn resources(client: &Client) -> Observed<Vec<ProtectedResource>> {
    let path = ["resources", ""];
    list(
        client,
        RESOURCES,
        &path,
        |answer: ResourcesPage, exchange| {
            let next = answer.next_token.as_deref();
            Page::of(answer.results.as_deref(), next, |index, item| {
                Some(ProtectedResource {
                    arn: Arn::new(filled(item.resource_arn.clone())?),
                    kind: filled(item.resource_type.clone()),
                    last_backup: item.last_backup_time,
                    last_vault: filled(item.last_backup_vault_arn.clone()).map(Arn::new),
                    sources: source(RESOURCES, exchange, format!("/Results/{index}")),
                })
            })
        },
    )
    .await
    .map(|mut resources| {
        resources.sort_by(|a, b| a.arn.cmp(&b.arn));
        resources
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, denied};

    fn page(member: &str, items: &[&str], next: &str) -> String {
        format!(r#"{{"{member}":[{}],"NextToken":{next}}}"#, items.join(","))
    }

    fn plan(id: &str) -> String {
        format!(
            r#"{{"BackupPlanArn":"arn:aws:backup:r:1:backup-plan:{id}","BackupPlanId":"{id}"}}"#
        )
    }

    /// An account with nothing but one plan without rules.
    fn script() -> Script {
        Script::new()
            .on(PLANS, &page("BackupPlansList", &[&plan("p")], "null"))
            .on(PLAN, r#"{"BackupPlan":{"Rules":[]}}"#)
            .on(VAULTS, &page("BackupVaultList", &[], "null"))
            .on(RESOURCES, &page("Results", &[], "null"))
    }

    fn read(script: &Script) -> Backup {
        script.read(&NEIGHBOUR).backup
    }

    fn time(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_plan_is_read_with_its_rules_and_their_copies() {
        let body = r#"{"BackupPlanId":"p","BackupPlan":{"BackupPlanName":"nightly","Rules":[{"RuleName":"night","TargetBackupVaultName":"vault","ScheduleExpression":"cron(0 1 * * ? *)","Lifecycle":{"DeleteAfterDays":35},"EnableContinuousBackup":true,"CopyActions":[{"DestinationBackupVaultArn":"arn:elsewhere","Lifecycle":{"DeleteAfterDays":90}}]}]}}"#;
        let script = script().on(PLAN, body);
        let backup = read(&script);
        assert_eq!(
            backup.plans.items()[0].rules,
            Observed::Known(vec![Rule {
                name: Some("night".to_owned()),
                vault: Some("vault".to_owned()),
                schedule: Some("cron(0 1 * * ? *)".to_owned()),
                delete_after_days: Some(35),
                continuous: Some(true),
                copies: vec![Copy {
                    vault: Some(Arn::new("arn:elsewhere")),
                    delete_after_days: Some(90),
                }],
            }])
        );
        let mut paths: Vec<String> = script
            .asked()
            .into_iter()
            .map(|call| call.request.path)
            .collect();
        paths.sort_unstable();
        assert_eq!(
            paths,
            [
                "/backup-vaults/",
                "/backup/plans/",
                "/backup/plans/p/",
                "/resources/"
            ]
        );
    }

    #[test]
    fn vaults_and_what_lies_in_them_are_read() {
        let vault = r#"{"BackupVaultArn":"arn:v","BackupVaultName":"v","VaultType":"BACKUP_VAULT","EncryptionKeyArn":"arn:key","Locked":true,"LockDate":1762160400,"MinRetentionDays":7,"MaxRetentionDays":90,"NumberOfRecoveryPoints":12}"#;
        let resource = r#"{"ResourceArn":"arn:table","ResourceType":"DynamoDB","LastBackupTime":1762160400.5,"LastBackupVaultArn":"arn:v"}"#;
        let backup = read(
            &script()
                .on(VAULTS, &page("BackupVaultList", &[vault], "null"))
                .on(RESOURCES, &page("Results", &[resource], "null")),
        );
        let vault = &backup.vaults.items()[0];
        assert_eq!(
            (vault.locked, vault.lock_date),
            (Some(true), Some(time("2025-11-03T09:00:00Z")))
        );
        assert_eq!(vault.kms_key, Some(Arn::new("arn:key")));
        assert_eq!(
            (
                vault.minimum_retention_days,
                vault.maximum_retention_days,
                vault.recovery_points
            ),
            (Some(7), Some(90), Some(12))
        );
        let resource = &backup.protected_resources.items()[0];
        assert_eq!(resource.kind.as_deref(), Some("DynamoDB"));
        assert_eq!(resource.last_backup, Some(time("2025-11-03T09:00:00.5Z")));
        assert_eq!(resource.last_vault, Some(Arn::new("arn:v")));
    }

    #[test]
    fn what_aws_leaves_out_is_none() {
        let vault = r#"{"BackupVaultArn":"arn:v","BackupVaultName":"v"}"#;
        let backup = read(
            &script()
                .on(VAULTS, &page("BackupVaultList", &[vault], "null"))
                .on(
                    RESOURCES,
                    &page("Results", &[r#"{"ResourceArn":"arn:t"}"#], "null"),
                )
                .on(PLAN, r#"{"BackupPlan":{"Rules":[{"CopyActions":[{}]}]}}"#),
        );
        let vault = &backup.vaults.items()[0];
        assert_eq!((vault.locked, vault.recovery_points), (None, None));
        assert_eq!(backup.protected_resources.items()[0].last_backup, None);
        let Observed::Known(rules) = &backup.plans.items()[0].rules else {
            panic!("{backup:?}");
        };
        assert_eq!(
            (rules[0].delete_after_days, rules[0].continuous),
            (None, None)
        );
        assert_eq!(rules[0].copies[0].vault, None);
    }

    #[test]
    fn an_account_without_backups_costs_the_three_lists() {
        let script = script().on(PLANS, &page("BackupPlansList", &[], "null"));
        let backup = read(&script);
        assert_eq!(backup.plans, Observed::Known(vec![]));
        assert_eq!(backup.vaults, Observed::Known(vec![]));
        assert_eq!(backup.protected_resources, Observed::Known(vec![]));
        assert_eq!(script.calls(), [PLANS, VAULTS, RESOURCES]);
    }

    #[test]
    fn three_pages_of_each_list_are_one_list_in_order() {
        let mut script = script();
        let vault =
            |id: &str| format!(r#"{{"BackupVaultArn":"arn:{id}","BackupVaultName":"{id}"}}"#);
        let resource = |id: &str| format!(r#"{{"ResourceArn":"arn:{id}"}}"#);
        for (id, needle, next) in [
            ("c", "", r#""2""#),
            ("b", "nextToken=2", r#""3""#),
            ("a", "nextToken=3", "null"),
        ] {
            script = script
                .when(PLANS, needle, &page("BackupPlansList", &[&plan(id)], next))
                .when(
                    VAULTS,
                    needle,
                    &page("BackupVaultList", &[&vault(id)], next),
                )
                .when(RESOURCES, needle, &page("Results", &[&resource(id)], next));
        }
        let backup = read(&script);
        let plans: Vec<&str> = backup
            .plans
            .items()
            .iter()
            .map(|it| it.id.as_str())
            .collect();
        let vaults: Vec<&str> = backup
            .vaults
            .items()
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        let resources: Vec<&str> = backup
            .protected_resources
            .items()
            .iter()
            .map(|it| it.arn.as_str())
            .collect();
        assert_eq!(plans, ["a", "b", "c"]);
        assert_eq!(vaults, ["a", "b", "c"]);
        assert_eq!(resources, ["arn:a", "arn:b", "arn:c"]);
    }

    #[test]
    fn what_is_refused_or_not_offered_is_not_empty_and_spoils_nothing_else() {
        let lacking = Observed::Unsupported {
            operation: RESOURCES.to_owned(),
        };
        let backup = read(
            &script()
                .refuse(VAULTS, denied(VAULTS))
                .refuse(RESOURCES, lacking),
        );
        assert_eq!(backup.vaults, denied(VAULTS));
        assert!(matches!(
            backup.protected_resources,
            Observed::Unsupported { .. }
        ));
        assert_eq!(backup.plans.items().len(), 1);
        let backup = read(&script().refuse(PLAN, denied(PLAN)));
        assert_eq!(backup.plans.items()[0].rules, denied(PLAN));
    }

    #[test]
    fn an_answer_of_another_shape_is_a_failure() {
        let backup = read(&script().on(VAULTS, "{}").on(PLAN, r#"{"BackupPlan":{}}"#));
        assert!(matches!(backup.vaults, Observed::Failed { .. }));
        assert!(matches!(
            backup.plans.items()[0].rules,
            Observed::Failed { .. }
        ));
    }
}
