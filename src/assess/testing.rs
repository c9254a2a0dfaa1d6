//! What the tests of this crate share.

use tripod_checks::{Check, Confidence, Control, Outcomes, Service, Settings, Status, View};
use tripod_model::lambda::{Function, FunctionUrl};
use tripod_model::{AcceptedException, Impact, Observed, Severity, Snapshot, Sources, fixtures};

use crate::{Assessment, assess};

/// An exception that covers a failure.
pub(crate) fn accepted(owner: &str) -> AcceptedException {
    AcceptedException {
        owner: owner.to_owned(),
        reason: "a honeypot".to_owned(),
        expires: jiff::civil::date(2027, 1, 31),
        source: "exceptions.toml:1".to_owned(),
    }
}

/// A check made up for a test. Leaked: checks are static, and tests are short.
pub(crate) fn check(id: &'static str, run: fn(&View<'_>, &mut Outcomes)) -> &'static Check {
    check_with(id, run, |_| {})
}

/// The same, changed by `change`.
pub(crate) fn check_with(
    id: &'static str,
    run: fn(&View<'_>, &mut Outcomes),
    change: impl FnOnce(&mut Check),
) -> &'static Check {
    let mut check = Check {
        id,
        title: "something made up",
        service: Service::Lambda,
        impact: Impact {
            confidentiality: Severity::High,
            integrity: Severity::Low,
            availability: Severity::None,
        },
        confidence: Confidence::High,
        rows: &["XX01"],
        needs: &["lambda:ListFunctions"],
        controls: &[Control::Baseline("IAM-1")],
        since: "0.1.0",
        status: Status::Stable,
        aliases: &[],
        doc: "",
        run,
    };
    change(&mut check);
    Box::leak(Box::new(check))
}

/// What the checks say under the default settings.
pub(crate) fn assessed(snapshot: &Snapshot, checks: &[&'static Check]) -> Assessment {
    assess(&View::new(snapshot, &Settings::default()), checks)
}

/// A function with one URL of this authentication type.
pub(crate) fn with_url(name: &str, auth_type: &str) -> Function {
    let mut function = fixtures::function(name);
    function.urls = Observed::Known(vec![FunctionUrl {
        function_arn: function.arn.clone(),
        url: format!("https://{name}.lambda-url.eu-central-1.on.aws/"),
        auth_type: auth_type.to_owned(),
        invoke_mode: None,
        cors: None,
        sources: Sources::default(),
    }]);
    function
}
