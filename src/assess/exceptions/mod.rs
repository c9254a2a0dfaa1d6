//! Exceptions: failures that somebody answers for, for a while. The file, and what an entry covers.

mod settle;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use tripod_checks::{Check, wildcard_matches};
use tripod_model::{AcceptedException, AccountId, ResourceRef};

use crate::nearest;
use crate::values::{Day, Said, Text};
use crate::written::{File, FileError};

pub(crate) use settle::{Limits, Place, Places, settle};

/// A file of exceptions.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "tripod-exceptions.toml")]
pub(crate) struct ExceptionsFile {
    /// The exceptions. Of several that cover a finding, the first that has not expired is shown with it.
    #[serde(default)]
    #[schemars(with = "Vec<Entry>")]
    exception: Vec<Spanned<Entry>>,
}

/// A failure that is lived with for a while.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Exception")]
struct Entry {
    /// Id of the check, an earlier id of it, or a row of the catalogue that it alone decides.
    check: Text<Said>,
    /// The resource: its ARN or its name, with `*` for any text and `?` for any character.
    resource: Text<Said>,
    /// Only in this account.
    account: Option<Text<AccountId>>,
    /// Only in this region; `global` for IAM and the account itself.
    region: Option<Text<Said>>,
    /// Who answers for it.
    owner: Text<Said>,
    /// Why it is accepted.
    reason: Text<Said>,
    /// The last day on which it holds.
    expires: Day,
}

/// An entry of a file of exceptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Id of the check.
    pub check: String,
    /// Pattern of the resource's ARN or name.
    pub resource: String,
    /// Only in this account.
    pub account: Option<AccountId>,
    /// Only in this region.
    pub region: Option<String>,
    /// What findings show that it covers.
    pub shown: AcceptedException,
}

impl Exception {
    /// Reads a file of exceptions. `file` is its name in errors and findings; the checks are those that an entry
    /// may name.
    ///
    /// # Errors
    /// When the text is not TOML, an entry has a key that is none, lacks one or has a value that is none, or names
    /// no check.
    pub fn read_all(file: &str, text: &str, checks: &[&Check]) -> Result<Vec<Self>, FileError> {
        let file = File { name: file, text };
        let read: ExceptionsFile = file.read()?;
        let entries = read.exception.into_iter();
        entries.map(|entry| Self::of(file, entry, checks)).collect()
    }

    fn of(file: File<'_>, entry: Spanned<Entry>, checks: &[&Check]) -> Result<Self, FileError> {
        let place = entry.span().start;
        let entry = entry.into_inner();
        let check = named(file, place, &entry.check.0.0, checks)?;
        Ok(Self {
            check: check.to_owned(),
            resource: entry.resource.0.0,
            account: entry.account.map(|account| account.0),
            region: entry.region.map(|region| region.0.0),
            shown: AcceptedException {
                owner: entry.owner.0.0,
                reason: entry.reason.0.0,
                expires: entry.expires.0,
                source: format!("{}:{}", file.name, file.line(place)),
            },
        })
    }

    /// Whether it is about this resource, should its check fail there.
    pub fn is_about(&self, resource: &ResourceRef) -> bool {
        self.is_in(resource)
            && (wildcard_matches(&self.resource, &resource.arn)
                || wildcard_matches(&self.resource, &resource.name))
    }

    /// Whether the resource lies where it holds.
    fn is_in(&self, resource: &ResourceRef) -> bool {
        self.account
            .as_ref()
            .is_none_or(|id| *id == resource.account)
            && self
                .region
                .as_deref()
                .is_none_or(|name| name == resource.region.as_str())
    }

    /// Whether its last day is before `today`.
    pub fn has_expired(&self, today: Date) -> bool {
        self.shown.expires < today
    }

    /// The account whose resources alone it can be about, where it names one.
    fn only_account(&self) -> Option<&str> {
        let named = self.account.as_ref().map(AccountId::as_str);
        named.or_else(|| self.arn_field(4))
    }

    fn only_region(&self) -> Option<&str> {
        self.region.as_deref().or_else(|| self.arn_field(3))
    }

    /// A field of the ARN that the pattern is, where it is written out.
    fn arn_field(&self, index: usize) -> Option<&str> {
        if !self.resource.starts_with("arn:") {
            return None;
        }
        let field = self.resource.splitn(6, ':').nth(index)?;
        (!field.is_empty() && !field.contains(['*', '?'])).then_some(field)
    }
}

/// The id of the check that an entry names.
fn named<'c>(
    file: File<'_>,
    place: usize,
    name: &str,
    checks: &[&'c Check],
) -> Result<&'c str, FileError> {
    let called = |check: &&&'c Check| check.id == name || check.aliases.contains(&name);
    if let Some(check) = checks.iter().find(called) {
        return Ok(check.id);
    }
    let of_row: Vec<&str> = checks
        .iter()
        .filter(|check| check.rows.contains(&name))
        .map(|check| check.id)
        .collect();
    match of_row[..] {
        [id] => Ok(id),
        [] => {
            let cure = match nearest(name, checks.iter().map(|check| check.id)) {
                Some(near) => format!("did you mean '{near}'? 'tripod checks' lists them all"),
                None => "'tripod checks' lists them all".to_owned(),
            };
            Err(file.error(place, format!("no check is called '{name}'"), cure))
        }
        [..] => Err(file.error(
            place,
            format!("several checks decide row '{name}'"),
            format!("name one of {}", of_row.join(", ")),
        )),
    }
}

#[cfg(test)]
mod tests {
    use tripod_checks::ALL;

    use super::*;

    const ENTRY: &str = r#"
[[exception]]
check = "lambda-public-url"
resource = "arn:aws:lambda:*:*:function:webhook-*"
account = "111122223333"
region = "eu-central-1"
owner = "payments@example.com"
reason = "public by design; the code checks the signature"
expires = 2027-03-31
"#;

    fn read(text: &str) -> Result<Vec<Exception>, FileError> {
        Exception::read_all("exceptions.toml", text, ALL)
    }

    #[test]
    fn an_entry_is_read_with_its_place() {
        let all = read(ENTRY).expect("an entry");
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].check, "lambda-public-url");
        assert_eq!(all[0].shown.source, "exceptions.toml:2");
        assert_eq!(all[0].shown.expires, jiff::civil::date(2027, 3, 31));
        assert_eq!(read(""), Ok(vec![]), "an empty file has none");
        let twice = read(&format!("{ENTRY}{ENTRY}")).expect("two entries");
        assert_eq!(twice[1].shown.source, "exceptions.toml:11");
    }

    #[test]
    fn a_day_may_be_quoted_and_holds_to_its_end() {
        let quoted = ENTRY.replace("2027-03-31", "\"2027-03-31\"");
        let exception = read(&quoted).expect("an entry").remove(0);
        assert!(!exception.has_expired(jiff::civil::date(2027, 3, 31)));
        assert!(exception.has_expired(jiff::civil::date(2027, 4, 1)));
    }

    #[test]
    fn every_mistake_is_told_with_its_line_its_value_and_its_cure() {
        for (from, to, line, said, cure) in [
            (
                "lambda-public-url",
                "lambda-public-ulr",
                2,
                "no check is called 'lambda-public-ulr'",
                "did you mean 'lambda-public-url'",
            ),
            (
                "lambda-public-url",
                "tripod-unused-exception",
                2,
                "no check is called 'tripod-unused-exception'",
                "tripod checks",
            ),
            (
                "expires",
                "expiry",
                9,
                "no key is called 'expiry'",
                "did you mean 'expires'?",
            ),
            (
                "2027-03-31",
                "\"next year\"",
                9,
                "'next year' is not a day",
                "correct the value",
            ),
            (
                "2027-03-31",
                "2027-03-31T12:00:00Z",
                9,
                "'2027-03-31T12:00:00Z' is not a day",
                "correct the value",
            ),
            (
                "111122223333",
                "1111",
                5,
                "'1111' is not an AWS account id",
                "correct the value",
            ),
            (
                "payments@example.com",
                "  ",
                7,
                "is not a text that is not empty",
                "correct the value",
            ),
            (
                "owner = \"payments@example.com\"\n",
                "",
                2,
                "missing field `owner`",
                "add it",
            ),
        ] {
            let text = ENTRY.replace(from, to);
            let error = read(&text).expect_err(to);
            assert!(
                error
                    .to_string()
                    .starts_with(&format!("exceptions.toml:{line}: ")),
                "{error}"
            );
            assert!(error.to_string().contains(said), "{error}");
            assert!(error.cure.contains(cure), "{error}: {}", error.cure);
        }
    }

    #[test]
    fn a_row_names_its_check_where_it_is_one_checks_alone() {
        let by_row = ENTRY.replace("lambda-public-url", "LA16");
        let exception = read(&by_row).expect("an entry").remove(0);
        assert_eq!(exception.check, "lambda-maximum-timeout");
    }
}
