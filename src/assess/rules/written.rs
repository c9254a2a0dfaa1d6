//! A rule as its file has it, and what is made of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use toml::Spanned;
use tripod_checks::{ALL, Check, Confidence, Control, Service, Status};
use tripod_model::{Impact, Outcome, PERMISSIONS, Severity};

use super::cel::ast::Fault;
use super::cel::check::{Scope, compile};
use super::cel::parse::parse;
use super::cel::types::Type;
use super::fault::RuleError;
use super::place;
use super::population::{Language, POPULATIONS, Population};
use super::{Program, Rule, Test};
use crate::{is_own, nearest, written};

/// How long an id may be: it is printed in every line of a finding.
const MAX_ID: usize = 80;

/// A file of a rule.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    /// Kebab-case noun phrase of the problem; for life.
    #[schemars(with = "String")]
    id: Spanned<String>,
    /// The problem in a few words, lower case.
    #[schemars(with = "String")]
    title: Spanned<String>,
    /// The service it is shown under.
    #[schemars(with = "String")]
    service: Spanned<String>,
    /// The resources it is about, by CloudFormation's name of their type.
    #[schemars(with = "String")]
    resource: Spanned<String>,
    /// What a failing resource means for each leg.
    #[schemars(with = "WrittenImpact")]
    impact: Spanned<WrittenImpact>,
    /// Requirements it serves: ids by the framework's short name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Vec<String>>")]
    controls: BTreeMap<String, Spanned<Vec<String>>>,
    /// Operations whose answers it reads beside the list of its resources, as `service:Operation`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    needs: Vec<Spanned<String>>,
    /// What it looks at, in prose.
    what: Option<String>,
    /// Why that matters.
    why: String,
    /// How to mend what fails.
    mend: String,
    /// Pages to read.
    #[serde(default)]
    references: Vec<String>,
    /// Whether the rule speaks of a resource at all; it speaks of all where this is left out.
    #[schemars(with = "Option<String>")]
    applies: Option<Spanned<String>>,
    /// Whether a resource is in order.
    #[schemars(with = "String")]
    pass: Spanned<String>,
    /// What was seen, of a resource that is not in order.
    #[schemars(with = "String")]
    message: Spanned<String>,
    /// What the rule has to say of resources made up for it.
    #[serde(default)]
    test: Vec<WrittenTest>,
}

/// What a failing resource means for each leg.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WrittenImpact {
    /// For confidentiality.
    #[serde(default = "none")]
    confidentiality: Severity,
    /// For integrity.
    #[serde(default = "none")]
    integrity: Severity,
    /// For availability.
    #[serde(default = "none")]
    availability: Severity,
}

fn none() -> Severity {
    Severity::None
}

/// A resource made up, and what the rule has to say of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WrittenTest {
    /// What is tested.
    #[schemars(with = "String")]
    name: Spanned<String>,
    /// The outcome expected.
    expect: Outcome,
    /// The message expected; any where this is left out.
    message: Option<String>,
    /// The resource, as far as the rule looks at it, in the snapshot's shape.
    resource: Map<String, Json>,
    /// What it belongs to.
    parent: Option<Map<String, Json>>,
    /// The account's id.
    account: Option<String>,
    /// The account's partition.
    partition: Option<String>,
    /// The region.
    region: Option<String>,
    /// The moment of observation.
    now: Option<String>,
}

/// Reads the file of a rule.
pub(super) fn read(file: &str, text: &str) -> Result<Rule, RuleError> {
    let written: Written = written::File { name: file, text }.read()?;
    let reader = Reader { file, text };
    reader.rule(&written)
}

struct Reader<'t> {
    file: &'t str,
    text: &'t str,
}

impl Reader<'_> {
    fn rule(&self, written: &Written) -> Result<Rule, RuleError> {
        let population = self.population(&written.resource)?;
        let language = population.language();
        let program = |of: &Spanned<String>, wanted| self.program(of, &language, &wanted);
        let pass = program(&written.pass, Type::Bool)?;
        let applies = written.applies.as_ref();
        let applies = applies.map(|of| program(of, Type::Bool)).transpose()?;
        let message = program(&written.message, Type::Text)?;
        let tests = self.tests(&written.test, &language)?;
        let doc = prose(written);
        // What a check says of itself lives as long as the program: so do the rules that are given to it.
        let check: &'static Check = Box::leak(Box::new(Check {
            id: leaked(&self.id(&written.id)?),
            title: leaked(&self.title(&written.title)?),
            service: self.service(&written.service)?,
            impact: self.impact(&written.impact)?,
            confidence: Confidence::High,
            rows: &[],
            needs: Vec::leak(self.needs(population, &written.needs)?),
            controls: Vec::leak(self.controls(&written.controls)?),
            since: "",
            status: Status::Stable,
            aliases: &[],
            doc: leaked(&doc),
            run: |_, _| {},
        }));
        Ok(Rule {
            check,
            population,
            references: written.references.clone(),
            id_place: place::line_and_column(self.text, written.id.span().start),
            file: self.file.to_owned(),
            text: self.text.to_owned(),
            applies,
            pass,
            message,
            tests,
        })
    }

    fn error(
        &self,
        place: usize,
        problem: impl Into<String>,
        cure: impl Into<String>,
    ) -> RuleError {
        let (line, column) = place::line_and_column(self.text, place);
        RuleError {
            file: self.file.to_owned(),
            line,
            column: Some(column),
            problem: problem.into(),
            cure: cure.into(),
        }
    }

    fn unknown<'n>(
        &self,
        what: &str,
        name: &str,
        span: &Range<usize>,
        known: impl Iterator<Item = &'n str>,
    ) -> RuleError {
        let known: Vec<&str> = known.collect();
        let cure = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("expected one of {}", known.join(", ")),
        };
        self.error(span.start, format!("no {what} is called '{name}'"), cure)
    }

    fn population(&self, kind: &Spanned<String>) -> Result<&'static Population, RuleError> {
        let name = kind.get_ref();
        Population::find(name).ok_or_else(|| {
            let known = POPULATIONS.iter().map(|own| own.kind);
            self.unknown("type of resources", name, &kind.span(), known)
        })
    }

    fn program(
        &self,
        of: &Spanned<String>,
        language: &Language,
        wanted: &Type,
    ) -> Result<Program, RuleError> {
        let scope = Scope {
            schema: &language.schema,
            variables: language.variables.clone(),
        };
        let compiled = parse(of.get_ref()).and_then(|expr| compile(&expr, &scope, wanted));
        match compiled {
            Ok(node) => Ok(Program {
                node,
                span: of.span(),
            }),
            Err(Fault {
                place,
                problem,
                cure,
            }) => {
                let place = place::in_file(self.text, of.span(), place);
                Err(self.error(place, problem, cure))
            }
        }
    }

    fn id(&self, id: &Spanned<String>) -> Result<String, RuleError> {
        let name = id.get_ref();
        let refused = |problem: &str, cure: &str| {
            self.error(id.span().start, format!("the id '{name}' {problem}"), cure)
        };
        let letters = |word: &str| {
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
            !word.is_empty() && word.chars().all(fits)
        };
        if !name.split('-').all(letters) || !name.contains('-') || name.len() > MAX_ID {
            return Err(refused(
                "is not words of small letters and digits, joined by hyphens",
                "write it like acme-untagged-function, in at most 80 characters",
            ));
        }
        if is_taken(name, ALL) {
            return Err(refused(
                "belongs to a check of Tripod",
                "begin it with the name of your company",
            ));
        }
        Ok(name.clone())
    }

    fn title(&self, title: &Spanned<String>) -> Result<String, RuleError> {
        let text = title.get_ref();
        let is_long = text.chars().count() > 120;
        if text.trim().is_empty() || is_long || text.contains(char::is_control) {
            return Err(self.error(
                title.span().start,
                "a title is one line of 1 to 120 characters",
                "say the problem in a few words, such as function without an owner",
            ));
        }
        Ok(text.clone())
    }

    fn service(&self, service: &Spanned<String>) -> Result<Service, RuleError> {
        let name = service.get_ref();
        let all = || {
            Service::ALL
                .into_iter()
                .filter(|own| !is_own(&format!("{}-", own.as_str())))
        };
        all().find(|own| own.as_str() == name).ok_or_else(|| {
            let known = all().map(Service::as_str);
            self.unknown("service", name, &service.span(), known)
        })
    }

    fn impact(&self, impact: &Spanned<WrittenImpact>) -> Result<Impact, RuleError> {
        let written = impact.get_ref();
        let given = Impact {
            confidentiality: written.confidentiality,
            integrity: written.integrity,
            availability: written.availability,
        };
        if given.severity() == Severity::None {
            return Err(self.error(
                impact.span().start,
                "a rule without an impact",
                "give one leg a severity: confidentiality, integrity or availability, from low to critical",
            ));
        }
        Ok(given)
    }

    fn needs(
        &self,
        population: &Population,
        given: &[Spanned<String>],
    ) -> Result<Vec<&'static str>, RuleError> {
        let known = || PERMISSIONS.iter().map(|row| row.operation);
        let mut needs = population.needs.to_vec();
        for operation in given {
            let name = operation.get_ref();
            let found = known().find(|own| own == name).ok_or_else(|| {
                let service = name.split(':').next().unwrap_or_default();
                let near = known().filter(|own| own.split(':').next() == Some(service));
                self.unknown("operation that Tripod reads", name, &operation.span(), near)
            })?;
            if !needs.contains(&found) {
                needs.push(found);
            }
        }
        Ok(needs)
    }

    fn controls(
        &self,
        given: &BTreeMap<String, Spanned<Vec<String>>>,
    ) -> Result<Vec<Control>, RuleError> {
        let mut controls = Vec::new();
        for (framework, ids) in given {
            let row = FRAMEWORKS
                .iter()
                .find(|make| make("").framework() == framework);
            let make = row.ok_or_else(|| {
                let known = FRAMEWORKS.iter().map(|make| make("").framework());
                self.unknown("framework", framework, &ids.span(), known)
            })?;
            controls.extend(ids.get_ref().iter().map(|id| make(leaked(id))));
        }
        controls.sort_unstable();
        Ok(controls)
    }

    fn tests(&self, given: &[WrittenTest], language: &Language) -> Result<Vec<Test>, RuleError> {
        given.iter().map(|test| self.test(test, language)).collect()
    }

    fn test(&self, test: &WrittenTest, language: &Language) -> Result<Test, RuleError> {
        let place = test.name.span().start;
        let document = |variable: &str, given: &Map<String, Json>| {
            let known = language.variables.iter().find(|(own, _)| own == variable);
            let Some((_, wanted)) = known else {
                let problem = format!("a resource of this type has no {variable}");
                return Err(self.error(place, problem, format!("remove test.{variable}")));
            };
            let document = Json::Object(given.clone());
            super::document::fits(&document, wanted, &language.schema, variable)
                .map_err(|(problem, cure)| self.error(place, problem, cure))?;
            Ok(document)
        };
        let now = match test.now.as_deref().map(str::parse) {
            None => super::TEST_DAY,
            Some(Ok(now)) => now,
            Some(Err(_)) => {
                return Err(self.error(
                    place,
                    "'now' is no timestamp",
                    "write it like 2026-01-31T00:00:00Z",
                ));
            }
        };
        let parent = test.parent.as_ref();
        let given =
            |of: &Option<String>, default: &str| of.as_deref().unwrap_or(default).to_owned();
        Ok(Test {
            name: test.name.get_ref().clone(),
            line: place::line_and_column(self.text, place).0,
            expect: test.expect,
            message: test.message.clone(),
            resource: document("resource", &test.resource)?,
            parent: parent.map(|it| document("parent", it)).transpose()?,
            account: given(&test.account, "111122223333"),
            partition: given(&test.partition, "aws"),
            region: given(&test.region, "eu-central-1"),
            now,
        })
    }
}

/// Frameworks, by what makes a control of one.
const FRAMEWORKS: [fn(&'static str) -> Control; 7] = [
    Control::Baseline,
    Control::Fsbp,
    Control::CisAws,
    Control::Nist80053,
    Control::PciDss,
    Control::Soc2,
    Control::OwaspServerless,
];

/// Whether a check has this id or had it, or it is one of those that Tripod keeps for itself.
fn is_taken(id: &str, checks: &[&Check]) -> bool {
    let has = |check: &&Check| check.id == id || check.aliases.contains(&id);
    checks.iter().any(has) || is_own(id)
}

fn leaked(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// The prose in the form of a check's, with the expressions: they belong to what a rule says of itself.
fn prose(written: &Written) -> String {
    let title = written.title.get_ref();
    let what = match &written.what {
        Some(what) => what.trim().to_owned(),
        None => format!("A rule of your own about {}.", written.resource.get_ref()),
    };
    // Writing to a String cannot fail.
    let mut doc = format!("# {title}\n\n## What\n\n{what}\n");
    let applies = written
        .applies
        .as_ref()
        .map(|it| ("It speaks of a resource where", it));
    for (lead, of) in applies.into_iter().chain([
        ("A resource passes where", &written.pass),
        ("Of a resource that fails it says", &written.message),
    ]) {
        let indented = of.get_ref().trim().replace('\n', "\n    ");
        let _ = write!(doc, "\n{lead}:\n\n    {indented}\n");
    }
    for (heading, text) in [("Why", &written.why), ("How to mend", &written.mend)] {
        let _ = write!(doc, "\n## {heading}\n\n{}\n", text.trim());
    }
    if !written.references.is_empty() {
        doc.push_str("\n## References\n\n");
        for reference in &written.references {
            let _ = writeln!(doc, "- <{}>", reference.trim());
        }
    }
    doc
}

#[cfg(test)]
mod tests {
    use tripod_checks::Check;

    use super::is_taken;
    use crate::testing::check;

    #[test]
    fn ids_of_checks_earlier_ids_and_tripods_own_are_taken() {
        let renamed = Check {
            aliases: &["lambda-old-name"],
            ..*check("lambda-new-name", |_, _| {})
        };
        for (id, taken) in [
            ("lambda-new-name", true),
            ("lambda-old-name", true),
            ("tripod-anything", true),
            ("lambda-other-name", false),
        ] {
            assert_eq!(is_taken(id, &[&renamed]), taken, "{id}");
        }
    }
}
