//! Service control policies and resource control policies.

use super::*;
use crate::{Membership, Organization};

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>
mod scps {
    use super::*;

    fn full() -> Policy {
        allow(r#""*""#)
    }

    fn admin(levels: Vec<Vec<Policy>>) -> Case {
        Case::new(user(), Resource::account_level())
            .identity(full())
            .scps(levels)
    }

    const S3: &str = "s3:ListAllMyBuckets";
    const EC2: &str = "ec2:DescribeInstances";
    const SQS: &str = "sqs:ListQueues";

    #[test]
    fn scenario_1_denies_at_any_level_add_up() {
        let unit = vec![full(), deny(r#""s3:*""#)];
        let account_b = admin(vec![
            vec![full()],
            unit.clone(),
            vec![full(), deny(r#""ec2:*""#)],
        ]);
        assert_eq!(account_b.on(S3), Answer::Explicit);
        assert_eq!(account_b.on(EC2), Answer::Explicit);
        assert_eq!(account_b.on(SQS), Answer::Allowed);
        let account_a = admin(vec![vec![full()], unit, vec![full()]]);
        assert_eq!(account_a.on(S3), Answer::Explicit);
        assert_eq!(account_a.on(EC2), Answer::Allowed);
    }

    #[test]
    fn scenario_2_an_allow_has_to_exist_at_every_level() {
        let account = admin(vec![vec![full()], vec![allow(r#""ec2:*""#)], vec![full()]]);
        assert_eq!(account.on(EC2), Answer::Allowed);
        assert_eq!(
            account.on(S3),
            Answer::Implicit(vec![
                "no service control policy allows it at 'unit'".to_owned()
            ])
        );
    }

    #[test]
    fn scenario_3_a_root_without_an_allow_leaves_nothing() {
        let account = admin(vec![vec![deny(r#""s3:*""#)], vec![full()], vec![full()]]);
        assert_eq!(account.on(S3), Answer::Explicit);
        assert!(account.on(EC2).is_implicit());
    }

    #[test]
    fn scenario_4_layered_denies() {
        let account_d = admin(vec![
            vec![full()],
            vec![full()],
            vec![full(), deny(r#""ec2:*""#)],
            vec![full()],
        ]);
        assert_eq!(account_d.on(EC2), Answer::Explicit);
        assert_eq!(account_d.on(S3), Answer::Allowed);
    }

    #[test]
    fn scenario_6_a_deny_at_the_root_is_not_undone_below() {
        let root = vec![full(), deny(r#""s3:*""#)];
        let account_d = admin(vec![
            root.clone(),
            vec![full()],
            vec![allow(r#""s3:*""#)],
            vec![full()],
        ]);
        assert_eq!(account_d.on(S3), Answer::Explicit);
        assert!(account_d.on(EC2).is_implicit());
        let account_e = admin(vec![root, vec![full()], vec![full()], vec![full()]]);
        assert_eq!(account_e.on(EC2), Answer::Allowed);
    }

    #[test]
    fn scenario_7_policies_of_one_level_add_up() {
        let root = vec![
            allow(r#"["iam:*","ec2:*"]"#),
            allow(r#"["s3:*","cloudwatch:*"]"#),
        ];
        let account = admin(vec![root, vec![full()], vec![full()]]);
        assert_eq!(account.on(EC2), Answer::Allowed);
        assert_eq!(account.on(S3), Answer::Allowed);
        assert!(account.on(SQS).is_implicit());
    }

    #[test]
    fn an_scp_gives_nothing() {
        let case = Case::new(user(), Resource::account_level()).scps(vec![vec![full()]]);
        assert!(case.on(S3).is_implicit());
    }

    fn organization() -> Organization {
        Organization {
            id: "o-a1b2c3".to_owned(),
            path: None,
        }
    }

    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>
    #[test]
    fn the_management_account_service_linked_roles_and_services_are_not_bound() {
        let nothing = || vec![vec![deny(r#""*""#)]];
        let managed = user().in_organization(Membership::Management(organization()));
        let linked = Caller::role(&Arn::new(
            "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        ))
        .expect("a role");
        for caller in [managed, linked] {
            let case = Case::new(caller, queue()).identity(full()).scps(nothing());
            assert_eq!(case.on("sqs:SendMessage"), Answer::Allowed);
        }
        let service = Case::new(Caller::service("sns.amazonaws.com"), queue())
            .resource(granting(r#""*""#))
            .scps(nothing());
        assert_eq!(service.on("sqs:SendMessage"), Answer::Allowed);
        let member = user().in_organization(Membership::Member(organization()));
        let case = Case::new(member, queue()).identity(full()).scps(nothing());
        assert_eq!(case.on("sqs:SendMessage"), Answer::Explicit);
    }

    #[test]
    fn scps_bind_what_a_resources_policy_grants_too() {
        let case = Case::new(user(), queue())
            .resource(granting(r#"{"AWS":"arn:aws:iam::111122223333:user/ada"}"#))
            .scps(vec![vec![allow(r#""s3:*""#)]]);
        assert!(case.on("sqs:SendMessage").is_implicit());
    }
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>
mod rcps {
    use super::*;

    /// Only the own organisation, services excepted: AWS's usual data perimeter.
    fn perimeter() -> Vec<Vec<Policy>> {
        let full = r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#;
        let deny = r#"{"Sid":"perimeter","Effect":"Deny","Principal":"*","Action":"*","Resource":"*",
            "Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3"},
            "BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}"#;
        vec![
            vec![statements(full), statements(deny)],
            vec![statements(full)],
        ]
    }

    fn open_queue(caller: Caller) -> Case {
        Case::new(caller, queue())
            .identity(allow(r#""*""#))
            .resource(granting(r#""*""#))
            .rcps(perimeter())
    }

    fn of(id: &str) -> Membership {
        Membership::Member(Organization {
            id: id.to_owned(),
            path: None,
        })
    }

    const SEND: &str = "sqs:SendMessage";

    #[test]
    fn strangers_are_kept_out_whatever_the_resources_policy_says() {
        let stranger =
            || Caller::user(&Arn::new("arn:aws:iam::444455556666:user/eve")).expect("a user");
        assert_eq!(
            open_queue(stranger().in_organization(of("o-zzz"))).on(SEND),
            Answer::Explicit
        );
        assert_eq!(
            open_queue(stranger().in_organization(Membership::Alone)).on(SEND),
            Answer::Explicit
        );
        assert!(open_queue(stranger()).on(SEND).is_open());
        assert_eq!(open_queue(Caller::anonymous()).on(SEND), Answer::Explicit);
    }

    #[test]
    fn members_and_services_are_let_in() {
        assert_eq!(
            open_queue(user().in_organization(of("o-a1b2c3"))).on(SEND),
            Answer::Allowed
        );
        assert_eq!(
            open_queue(Caller::service("sns.amazonaws.com")).on(SEND),
            Answer::Allowed
        );
    }

    #[test]
    fn services_without_rcps_the_management_account_and_service_linked_roles_are_not_bound() {
        let denied = || {
            vec![vec![statements(
                r#"{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}"#,
            )]]
        };
        let function = Resource::new(&Arn::new(
            "arn:aws:lambda:eu-central-1:111122223333:function:a",
        ));
        let lambda = Case::new(user(), function)
            .identity(allow(r#""*""#))
            .rcps(denied());
        assert_eq!(lambda.on("lambda:InvokeFunction"), Answer::Allowed);
        let linked = Caller::role(&Arn::new(
            "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        ))
        .expect("a role");
        let case = Case::new(linked, queue())
            .identity(allow(r#""*""#))
            .rcps(denied());
        assert_eq!(case.on(SEND), Answer::Allowed);
        let managed = queue().in_organization(Membership::Management(Organization {
            id: "o-a1b2c3".to_owned(),
            path: None,
        }));
        let case = Case::new(user(), managed)
            .identity(allow(r#""*""#))
            .rcps(denied());
        assert_eq!(case.on(SEND), Answer::Allowed);
        let root = Case::new(root(), queue()).rcps(denied());
        assert_eq!(root.on(SEND), Answer::Explicit, "not even the root user");
    }

    #[test]
    fn retiring_grants_is_not_bound() {
        let key = Resource::new(&Arn::new("arn:aws:kms:eu-central-1:111122223333:key/1"));
        let denied = vec![vec![statements(
            r#"{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}"#,
        )]];
        let case = Case::new(user(), key)
            .resource(granting(r#""*""#))
            .rcps(denied);
        assert_eq!(case.on("kms:RetireGrant"), Answer::Allowed);
        assert_eq!(case.on("kms:Decrypt"), Answer::Explicit);
    }
}
