//! Where faults strike, and when.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::SimError;
use crate::catalogue::Catalogue;
use crate::fault::Fault;
use crate::luck;
use crate::paging::Paging;

/// A request, as far as faults care.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) params: &'a Value,
}

impl Asked<'_> {
    /// The same for the same question of the same caller.
    fn identity(&self) -> u64 {
        luck::hash(&format!(
            "{} {} {} {} {}",
            self.account, self.region, self.service, self.operation, self.params
        ))
    }
}

/// A fault and where it strikes.
#[derive(Debug)]
pub(crate) struct Rule {
    region: Option<String>,
    service: String,
    operation: String,
    armed: Armed,
}

/// A fault with what it remembers of earlier requests.
#[derive(Debug)]
enum Armed {
    Now(Fault),
    First {
        left: u32,
        then: Box<Self>,
    },
    After {
        left: u32,
        then: Box<Self>,
    },
    Probably {
        chance: f64,
        seed: u64,
        tries: BTreeMap<u64, u64>,
        then: Box<Self>,
    },
}

impl Rule {
    /// Reads `service:Operation`, where both may be `*`. `seed` is for the faults left to chance.
    pub(crate) fn new(
        region: Option<&str>,
        target: &str,
        fault: Fault,
        seed: u64,
        catalogue: &Catalogue,
    ) -> Result<Self, SimError> {
        fault.check()?;
        let unknown = || SimError::FaultTarget(target.to_owned());
        let (service, name) = target.split_once(':').ok_or_else(unknown)?;
        if service != "*" {
            let model = catalogue.model(service)?.ok_or_else(unknown)?;
            if name != "*" {
                let operation = model.operations.get(name).ok_or_else(unknown)?;
                if fault.is_about_pages() && Paging::of(&model, name, operation).is_none() {
                    return Err(SimError::Fault(format!(
                        "{fault:?} for {target}, which has no pages"
                    )));
                }
            }
        }
        Ok(Self {
            region: region.map(str::to_owned),
            service: service.to_owned(),
            operation: name.to_owned(),
            armed: Armed::new(fault, seed),
        })
    }

    fn fits(&self, asked: Asked<'_>) -> bool {
        let fits = |pattern: &str, name: &str| pattern == "*" || pattern == name;
        self.region.as_deref().is_none_or(|own| own == asked.region)
            && fits(&self.service, asked.service)
            && fits(&self.operation, asked.operation)
    }
}

impl Armed {
    fn new(fault: Fault, seed: u64) -> Self {
        let inner = |fault: Fault| Box::new(Self::new(fault, luck::mix(seed)));
        match fault {
            Fault::First(left, fault) => Self::First {
                left,
                then: inner(*fault),
            },
            Fault::After(left, fault) => Self::After {
                left,
                then: inner(*fault),
            },
            Fault::Probably(chance, fault) => Self::Probably {
                chance,
                seed,
                tries: BTreeMap::new(),
                then: inner(*fault),
            },
            Fault::Throttle { first, .. } => Self::First {
                left: first,
                then: Box::new(Self::Now(fault)),
            },
            fault => Self::Now(fault),
        }
    }

    /// The fault for one more request, if it strikes this time.
    fn strike(&mut self, asked: Asked<'_>) -> Option<Fault> {
        match self {
            Self::Now(fault) => Some(fault.clone()),
            Self::First { left, then } => {
                *left = left.checked_sub(1)?;
                then.strike(asked)
            }
            Self::After { left, then } => match left.checked_sub(1) {
                Some(fewer) => {
                    *left = fewer;
                    None
                }
                None => then.strike(asked),
            },
            Self::Probably {
                chance,
                seed,
                tries,
                then,
            } => {
                let identity = asked.identity();
                let nth = tries.entry(identity).or_default();
                *nth += 1;
                let draw = luck::fraction(identity ^ luck::mix(*seed ^ luck::mix(*nth)));
                (draw < *chance).then(|| then.strike(asked)).flatten()
            }
        }
    }
}

/// The fault that meets a request: that of the first rule that fits and strikes.
pub(crate) fn strike(rules: &mut [Rule], asked: Asked<'_>) -> Option<Fault> {
    rules
        .iter_mut()
        .filter(|rule| rule.fits(asked))
        .find_map(|rule| rule.armed.strike(asked))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(region: Option<&str>, service: &str, operation: &str, fault: Fault) -> Rule {
        Rule {
            region: region.map(str::to_owned),
            service: service.to_owned(),
            operation: operation.to_owned(),
            armed: Armed::new(fault, 0),
        }
    }

    fn ask(rules: &mut [Rule], region: &str, service: &str, operation: &str) -> Option<Fault> {
        let params = json!({});
        strike(
            rules,
            Asked {
                account: "111122223333",
                region,
                service,
                operation,
                params: &params,
            },
        )
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
        let mut ask = |region, service, operation| ask(&mut rules, region, service, operation);
        assert_eq!(ask("eu-west-1", "lambda", "GetPolicy"), Some(throttle));
        assert_eq!(ask("eu-west-1", "lambda", "GetPolicy"), Some(Fault::Cut));
        assert_eq!(ask("eu-west-1", "lambda", "GetPolicy"), None);
        assert_eq!(ask("eu-central-1", "lambda", "ListFunctions"), None);
        assert_eq!(ask("eu-central-1", "kms", "ListKeys"), Some(Fault::Deny));
    }

    #[test]
    fn a_fault_waits_for_its_turn_and_ends() {
        let fault = Fault::After(2, Box::new(Fault::First(1, Box::new(Fault::Cut))));
        let mut rules = [rule(None, "*", "*", fault)];
        let met: Vec<_> = (0..4).map(|_| ask(&mut rules, "r", "s", "O")).collect();
        assert_eq!(met, [None, None, Some(Fault::Cut), None]);
    }

    /// Which of twenty keys, asked for three times each, meet the fault.
    fn lot(
        seed: u64,
        chance: f64,
        order: impl Iterator<Item = u32>,
    ) -> BTreeMap<(u32, usize), bool> {
        let fault = Fault::Probably(chance, Box::new(Fault::Cut));
        let mut rules = [Rule {
            armed: Armed::new(fault, seed),
            ..rule(None, "*", "*", Fault::Cut)
        }];
        let mut met = BTreeMap::new();
        let mut times = BTreeMap::<u32, usize>::new();
        for key in order {
            let params = json!({"Key": key});
            let asked = Asked {
                account: "a",
                region: "r",
                service: "s",
                operation: "O",
                params: &params,
            };
            let nth = times.entry(key).or_default();
            *nth += 1;
            met.insert((key, *nth), strike(&mut rules, asked).is_some());
        }
        met
    }

    #[test]
    fn chance_does_not_depend_on_the_order_of_requests() {
        let forth = || (0..60).map(|at| at % 20);
        let back = || (0..60).rev().map(|at| at % 20);
        assert_eq!(lot(1, 0.5, forth()), lot(1, 0.5, back()));
        assert_ne!(lot(1, 0.5, forth()), lot(2, 0.5, forth()));
    }

    #[test]
    fn chance_is_as_great_as_told() {
        let struck = |chance| {
            let met = lot(3, chance, 0..2000);
            met.values().filter(|struck| **struck).count()
        };
        assert_eq!((struck(0.0), struck(1.0)), (0, 2000));
        assert!((120..280).contains(&struck(0.1)), "{}", struck(0.1));
    }
}
