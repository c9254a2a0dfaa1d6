//! Faults on demand.

use std::time::Duration;

use crate::SimError;
use crate::catalogue::Catalogue;

/// What goes wrong with an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The service's own answer to a caller without permission.
    Deny,
    /// The service's own throttling error for the first requests, then the true answer.
    Throttle {
        /// How many requests are throttled.
        first: u32,
        /// Seconds for a `Retry-After` header.
        retry_after: Option<u32>,
    },
    /// An error by name. The model gives status and spelling if it knows the code.
    Error {
        /// The error code or the name of its shape.
        code: String,
        /// The HTTP status; without it the model's, else 400.
        status: Option<u16>,
        /// The message.
        message: String,
    },
    /// What an endpoint answers that does not have the operation.
    Unsupported,
    /// The connection closes without an answer.
    Cut,
    /// Half of the true answer's body, then the connection closes.
    Truncate,
    /// No answer, on an open connection.
    Hang,
    /// Status 200 and bytes in no known format.
    Garbage,
    /// Status 200 and no body.
    Empty,
    /// The true answer, late.
    Late(Duration),
    /// Another fault, for the first requests only.
    First(u32, Box<Self>),
}

/// A fault and where it strikes.
#[derive(Debug)]
pub(crate) struct Rule {
    region: Option<String>,
    service: String,
    operation: String,
    fault: Fault,
    struck: u32,
}

impl Rule {
    /// Reads `service:Operation`, where both may be `*`.
    pub(crate) fn new(
        region: Option<&str>,
        target: &str,
        fault: Fault,
        catalogue: &Catalogue,
    ) -> Result<Self, SimError> {
        let unknown = || SimError::FaultTarget(target.to_owned());
        let (service, operation) = target.split_once(':').ok_or_else(unknown)?;
        if service != "*" {
            let model = catalogue.model(service)?.ok_or_else(unknown)?;
            if operation != "*" && !model.operations.contains_key(operation) {
                return Err(unknown());
            }
        }
        Ok(Self {
            region: region.map(str::to_owned),
            service: service.to_owned(),
            operation: operation.to_owned(),
            fault,
            struck: 0,
        })
    }

    fn fits(&self, region: &str, service: &str, operation: &str) -> bool {
        let fits = |pattern: &str, name: &str| pattern == "*" || pattern == name;
        self.region.as_deref().is_none_or(|own| own == region)
            && fits(&self.service, service)
            && fits(&self.operation, operation)
    }

    /// The fault for one more request, unless the rule is used up.
    fn strike(&mut self) -> Option<Fault> {
        let (limit, fault) = match &self.fault {
            Fault::First(limit, fault) => (*limit, &**fault),
            Fault::Throttle { first, .. } => (*first, &self.fault),
            fault => (u32::MAX, fault),
        };
        (self.struck < limit).then(|| {
            self.struck += 1;
            fault.clone()
        })
    }
}

/// The fault that strikes a request: the first rule that fits and is not used up.
pub(crate) fn strike(
    rules: &mut [Rule],
    region: &str,
    service: &str,
    operation: &str,
) -> Option<Fault> {
    rules
        .iter_mut()
        .filter(|rule| rule.fits(region, service, operation))
        .find_map(Rule::strike)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(region: Option<&str>, service: &str, operation: &str, fault: Fault) -> Rule {
        Rule {
            region: region.map(str::to_owned),
            service: service.to_owned(),
            operation: operation.to_owned(),
            fault,
            struck: 0,
        }
    }

    #[test]
    fn rules_strike_where_they_fit_and_wear_out() {
        let throttle = Fault::Throttle {
            first: 1,
            retry_after: None,
        };
        let mut rules = [
            rule(None, "lambda", "GetPolicy", throttle.clone()),
            rule(
                Some("eu-west-1"),
                "lambda",
                "*",
                Fault::First(1, Box::new(Fault::Cut)),
            ),
            rule(None, "kms", "*", Fault::Deny),
        ];
        let mut strike =
            |region, service, operation| strike(&mut rules, region, service, operation);
        assert_eq!(strike("eu-west-1", "lambda", "GetPolicy"), Some(throttle));
        assert_eq!(strike("eu-west-1", "lambda", "GetPolicy"), Some(Fault::Cut));
        assert_eq!(strike("eu-west-1", "lambda", "GetPolicy"), None);
        assert_eq!(strike("eu-central-1", "lambda", "ListFunctions"), None);
        assert_eq!(strike("eu-central-1", "kms", "ListKeys"), Some(Fault::Deny));
    }
}
