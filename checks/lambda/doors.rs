//! Who gets in by a function URL.
//!
//! A URL asks the policy of the function or alias it belongs to for `lambda:InvokeFunctionUrl`, and since
//! October 2025 for `lambda:InvokeFunction` as well:
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>

use tripod_model::Unknown;
use tripod_model::lambda::{Function, FunctionUrl};
use tripod_policy::{Access, Context, Policy, Who, audience, given};

use super::held::{Fault, Held, behind_url, verdict};
use crate::Verdict;

const USE: &str = "lambda:InvokeFunctionUrl";
const RUN: &str = "lambda:InvokeFunction";
const AUTH_TYPE: &str = "lambda:FunctionUrlAuthType";
const VIA_URL: &str = "lambda:InvokedViaFunctionUrl";

/// Why a grant of the older action alone weighs less.
pub(crate) const HALF_A_GRANT: &str =
    "they are not given lambda:InvokeFunction, which function URLs demand as well";

/// A function URL, and the policy behind it.
#[derive(Debug)]
pub(crate) struct Door<'a> {
    pub(crate) url: &'a FunctionUrl,
    pub(crate) held: Held<'a>,
    through: Policy,
    beside: Policy,
}

impl<'a> Door<'a> {
    /// # Errors
    /// When the policy behind the URL is not known.
    pub(crate) fn of(function: &'a Function, url: &'a FunctionUrl) -> Result<Self, Unknown> {
        let held = behind_url(function, url)?;
        let through = Context::open()
            .with(AUTH_TYPE, url.auth_type.as_str())
            .with(VIA_URL, "true");
        let beside = Context::open().without(AUTH_TYPE).without(VIA_URL);
        Ok(Self {
            url,
            through: given(&held.policy, &through),
            beside: given(&held.policy, &beside),
            held,
        })
    }

    /// Whom the policy lets use the URL.
    pub(crate) fn users(&self) -> Vec<Access> {
        self.audience(&self.through, USE)
    }

    /// Whether the policy lets them run the function by the URL as well. Both it has to.
    pub(crate) fn lets_run(&self, who: &Who) -> bool {
        covers(&self.audience(&self.through, RUN), who)
    }

    /// Whether the policy lets them run the function without the URL.
    pub(crate) fn lets_run_directly(&self, who: &Who) -> bool {
        covers(&self.audience(&self.beside, RUN), who)
    }

    fn audience(&self, policy: &Policy, action: &str) -> Vec<Access> {
        audience(self.held.arn.as_str(), policy, &[action])
    }

    /// Whether it lets in callers without credentials of AWS.
    pub(crate) fn is_unsigned(&self) -> bool {
        self.url.auth_type != "AWS_IAM"
    }

    /// The class of users that is the public, and its name: everyone where nothing has to be signed, else
    /// everyone with an AWS account.
    pub(crate) fn public(&self) -> Option<(Access, &'static str)> {
        let mut users = self.users().into_iter();
        if self.is_unsigned() {
            let everyone = users.find(|access| access.who == Who::Everyone);
            return everyone.map(|access| (access, "everyone"));
        }
        let public = |access: &Access| matches!(access.who, Who::Everyone | Who::EveryAwsPrincipal);
        let found = users.find(public);
        found.map(|access| (access, "everyone with an AWS account"))
    }
}

/// The URLs of a function with the policies behind them, as far as these are known.
#[derive(Debug, Default)]
pub(crate) struct Doors<'a> {
    pub(crate) doors: Vec<Door<'a>>,
    unknown: Option<Unknown>,
}

impl<'a> Doors<'a> {
    pub(crate) fn of(
        function: &'a Function,
        urls: impl IntoIterator<Item = &'a FunctionUrl>,
    ) -> Self {
        let mut all = Self::default();
        for url in urls {
            match Door::of(function, url) {
                Ok(door) => all.doors.push(door),
                Err(unknown) => all.miss(unknown),
            }
        }
        all
    }

    /// Something else is not known that a pass would rest on.
    pub(crate) fn miss(&mut self, unknown: Unknown) {
        self.unknown.get_or_insert(unknown);
    }

    /// See [`verdict`].
    pub(crate) fn judge(
        &self,
        find: impl Fn(&Door<'a>) -> Vec<Fault>,
        in_order: impl FnOnce() -> Verdict,
    ) -> Result<Verdict, Unknown> {
        let faults = self.doors.iter().flat_map(find).collect();
        let evidence = self.doors.iter().flat_map(|door| door.held.evidence());
        let in_order = || in_order().evidence(evidence.collect());
        verdict(faults, self.unknown.clone(), in_order)
    }
}

/// Whether one of the classes holds everybody of the class `who`.
fn covers(classes: &[Access], who: &Who) -> bool {
    classes.iter().any(|access| match (&access.who, who) {
        (Who::Everyone, _) => true,
        (Who::EveryAwsPrincipal, who) => !matches!(who, Who::Everyone | Who::Service { .. }),
        (Who::Account(account), Who::Principal(arn)) => {
            arn.split(':').nth(4) == Some(account.as_str())
        }
        (one, other) => one == other,
    })
}
