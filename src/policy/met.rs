//! Which statements a request meets: requests that meet the same ones get the same decision.

use crate::decision::Layer;
use crate::evaluate::{about_action, about_resource};
use crate::policies::{Attached, Controls, Document, Policies};
use crate::request::Request;
use crate::truth::Truth;

/// The statements on the caller's side that are about a request's action and resource, as a set.
///
/// Of one caller under one context and on resources of one owner without tags, two requests that meet the same statements
/// get the same answer of [`crate::permitted`], with the same statements behind it: nothing else of it looks at action
/// or resource. Whoever asks for hundreds of actions asks the engine once for each set, which are few.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatementsMet(Vec<u64>);

impl StatementsMet {
    /// Those that the request meets; none where a statement leaves open whether it does, by a variable in a resource
    /// or the lack of an element: what is open is part of the answer then.
    ///
    /// ```
    /// use tripod_model::{Arn, PolicyDocument};
    /// use tripod_policy::{Attached, Caller, Context, Policies, Request, Resource, StatementsMet, parse};
    ///
    /// let text = r#"{"Version": "2012-10-17", "Statement": [
    ///     {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"},
    ///     {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::secret/*"}]}"#;
    /// let policy = parse(&PolicyDocument(text.to_owned())).unwrap();
    /// let identity = [Attached::new("own", &policy)];
    /// let policies = Policies { identity: &identity, ..Policies::default() };
    /// let caller = Caller::role(&Arn::new("arn:aws:iam::111122223333:role/claims")).unwrap();
    /// let context = Context::open();
    /// let met = |action: &str, arn: &str| {
    ///     let resource = Resource::new(&Arn::new(arn));
    ///     let request = Request { caller: &caller, action, resource: &resource, context: &context };
    ///     StatementsMet::by(&request, &policies).unwrap()
    /// };
    /// assert_eq!(met("s3:GetObject", "arn:aws:s3:::a/b"), met("s3:GetObjectAcl", "arn:aws:s3:::c/d"));
    /// assert_ne!(met("s3:GetObject", "arn:aws:s3:::a/b"), met("s3:GetObject", "arn:aws:s3:::secret/b"));
    /// ```
    pub fn by(request: &Request<'_>, policies: &Policies<'_, '_>) -> Option<Self> {
        let mut met = Met::of(request);
        met.add(Layer::Identity, policies.identity)?;
        met.add(Layer::Boundary, policies.boundary.as_slice())?;
        met.add(Layer::Session, policies.session.unwrap_or_default())?;
        if let Controls::Levels(levels) = &policies.scps {
            for level in *levels {
                met.add(Layer::Scp, level.policies)?;
            }
        }
        Some(Self(met.bits))
    }
}

struct Met<'r> {
    request: &'r Request<'r>,
    action: String,
    statements: usize,
    /// One for each statement, in order.
    bits: Vec<u64>,
}

impl<'r> Met<'r> {
    fn of(request: &'r Request<'r>) -> Self {
        Self {
            request,
            action: request.action.to_ascii_lowercase(),
            statements: 0,
            bits: Vec::new(),
        }
    }

    fn add(&mut self, layer: Layer, policies: &[Attached<'_>]) -> Option<()> {
        for attached in policies {
            // One that could not be read bears on every request alike.
            let Document::Read(policy) = &attached.document else {
                continue;
            };
            for statement in &policy.statements {
                let mut truth = about_action(statement, &self.action);
                if truth != Truth::False {
                    truth = truth.and(about_resource(layer, statement, self.request));
                }
                let (word, place) = (self.statements / 64, self.statements % 64);
                if place == 0 {
                    self.bits.push(0);
                }
                match truth {
                    Truth::True => self.bits[word] |= 1 << place,
                    Truth::False => {}
                    Truth::Unknown => return None,
                }
                self.statements += 1;
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use tripod_model::{AccountId, Arn, PolicyDocument};

    use super::StatementsMet;
    use crate::{
        Attached, Caller, Context, Decision, Policies, Policy, Request, Resource, parse, permitted,
    };

    fn read(statements: &str) -> Policy {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        parse(&PolicyDocument(text)).expect("a policy")
    }

    fn ask<T>(
        policies: &Policies<'_, '_>,
        action: &str,
        arn: &str,
        then: impl FnOnce(Option<StatementsMet>, Decision<'_>) -> T,
    ) -> T {
        let account = AccountId::new("111122223333");
        let caller = Caller::role(&Arn::new("arn:aws:iam::111122223333:role/claims"));
        let request = Request {
            caller: &caller.expect("a role"),
            action,
            resource: &Resource::new(&Arn::new(arn)).owned_by(account),
            context: &Context::open(),
        };
        then(
            StatementsMet::by(&request, policies),
            permitted(&request, policies),
        )
    }

    const ACTIONS: [&str; 5] = [
        "s3:GetObject",
        "S3:putobject",
        "s3:ListBucket",
        "sqs:SendMessage",
        "iam:PassRole",
    ];
    const RESOURCES: [&str; 5] = [
        "arn:aws:s3:::claims",
        "arn:aws:s3:::claims/a",
        "arn:aws:s3:::secret/a",
        "arn:aws:sqs:eu-central-1:111122223333:claims",
        "arn:aws:iam::111122223333:role/worker",
    ];

    /// The point of the type: asked for all pairs, whatever is met alike is decided alike.
    #[test]
    fn requests_that_meet_the_same_statements_get_the_same_decision() {
        let own = read(
            r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"*"},
               {"Effect":"Allow","NotAction":["iam:*","s3:*"],"Resource":"*",
                "Condition":{"StringEquals":{"aws:ResourceAccount":"111122223333"}}},
               {"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::secret/*",
                "Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}},
               {"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::secret/*",
                "Condition":{"StringNotEquals":{"aws:PrincipalTag/team":"claims"}}}"#,
        );
        let boundary = read(r#"{"Effect":"Allow","Action":["s3:*","iam:*"],"Resource":"*"}"#);
        let identity = [Attached::new("own", &own)];
        for boundary in [None, Some(Attached::new("boundary", &boundary))] {
            let policies = Policies {
                identity: &identity,
                boundary,
                ..Policies::default()
            };
            let mut decided: Vec<(StatementsMet, String)> = Vec::new();
            for (action, arn) in ACTIONS
                .into_iter()
                .flat_map(|action| RESOURCES.map(|arn| (action, arn)))
            {
                ask(&policies, action, arn, |met, decision| {
                    let met = met.expect("nothing is open");
                    let decision = format!("{decision:?}");
                    for (other, before) in &decided {
                        assert!(*other != met || *before == decision, "{action} on {arn}");
                    }
                    decided.push((met, decision));
                });
            }
            let mut sets: Vec<&StatementsMet> = decided.iter().map(|(met, _)| met).collect();
            sets.sort();
            sets.dedup();
            assert!((4..20).contains(&sets.len()), "{}", sets.len());
        }
    }

    #[test]
    fn statements_behind_the_sixty_fourth_count() {
        let reads = (0..100).map(|place| {
            format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b{place}/*"}}"#)
        });
        let own = read(&reads.collect::<Vec<_>>().join(","));
        let identity = [Attached::new("own", &own)];
        let policies = Policies {
            identity: &identity,
            ..Policies::default()
        };
        let met = |arn: &str| ask(&policies, "s3:GetObject", arn, |met, _| met);
        assert_eq!(met("arn:aws:s3:::b99/a"), met("arn:aws:s3:::b99/c"));
        assert_ne!(met("arn:aws:s3:::b99/a"), met("arn:aws:s3:::b98/a"));
        assert_ne!(met("arn:aws:s3:::b99/a"), met("arn:aws:s3:::none/a"));
    }

    #[test]
    fn what_is_open_belongs_to_no_set() {
        for statement in [
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:userid}/*"}"#,
            r#"{"Effect":"Allow","Action":"s3:*"}"#,
            r#"{"Effect":"Allow","Resource":"*"}"#,
        ] {
            let own = read(statement);
            let identity = [Attached::new("own", &own)];
            let policies = Policies {
                identity: &identity,
                ..Policies::default()
            };
            let arn = "arn:aws:s3:::anybody/a";
            assert_eq!(
                ask(&policies, "s3:GetObject", arn, |met, _| met),
                None,
                "{statement}"
            );
        }
    }
}
