//! The credential report: comma-separated values, one line for root and for each user.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>

use std::collections::BTreeMap;

use jiff::Timestamp;
use tripod_model::Arn;
use tripod_model::iam::{
    Credentials, ROOT_ACCOUNT, Reported, ReportedCertificate, ReportedKey, ReportedPassword,
};

/// The column that AWS documents and not every report has. Its text is free.
const ADDITIONAL: &str = "additional_credentials_info";

/// Why a text is no credential report.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Flaw {
    #[error("the report is empty: not even the root user is in it")]
    Empty,
    #[error("the report has no column '{0}'")]
    Column(&'static str),
    #[error("line {line} of the report has {fields} fields, and its head has {columns}")]
    Width {
        line: usize,
        fields: usize,
        columns: usize,
    },
    #[error("line {line} of the report has a quote that does not end")]
    Quote { line: usize },
    #[error("line {line} of the report: '{text}' is not what column '{column}' holds")]
    Cell {
        line: usize,
        column: &'static str,
        text: String,
    },
}

/// The rows of a report, in its order.
///
/// # Errors
/// When it is no report, or one line is not as it should be: a part of it would read like the whole.
pub(super) fn rows(text: &str) -> Result<Vec<Credentials>, Flaw> {
    let mut lines = (1..).zip(text.lines());
    let head = lines.next().map(|(line, head)| fields(line, head));
    let head = head.transpose()?.unwrap_or_default();
    let columns: BTreeMap<&str, usize> = head.iter().map(|name| &**name).zip(0..).collect();
    let open_end = head.last().is_some_and(|name| name == ADDITIONAL);
    let rows: Vec<Credentials> = lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(line, text)| {
            let fields = aligned(line, &fields(line, text)?, head.len(), open_end)?;
            Row {
                line,
                columns: &columns,
                fields,
            }
            .read()
        })
        .collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Err(Flaw::Empty);
    }
    Ok(rows)
}

/// The fields of a line, quoted or not. <https://www.rfc-editor.org/rfc/rfc4180>
fn fields(line: usize, text: &str) -> Result<Vec<String>, Flaw> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let Some(field) = fields.last_mut() else {
            break;
        };
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => quoted = true,
            ',' if !quoted => fields.push(String::new()),
            _ => field.push(letter),
        }
    }
    if quoted {
        return Err(Flaw::Quote { line });
    }
    Ok(fields)
}

/// The fields of a line, one for each column.
///
/// Names of users and their paths may hold commas, and AWS does not say that it quotes them. Such a line has
/// fields too many, at its beginning: they belong to the name and to the ARN, which ends with the name. The
/// free text at the end may hold commas too.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
fn aligned(
    line: usize,
    fields: &[String],
    columns: usize,
    open_end: bool,
) -> Result<Vec<String>, Flaw> {
    let flaw = Flaw::Width {
        line,
        fields: fields.len(),
        columns,
    };
    let Some(surplus) = fields.len().checked_sub(columns).filter(|_| columns > 2) else {
        return Err(flaw);
    };
    // As few as possible belong to the beginning.
    for begin in 0..=surplus {
        if begin < surplus && !open_end {
            continue;
        }
        if let Some((user, arn)) = user_and_arn(&fields[..begin + 2]) {
            let middle = &fields[begin + 2..begin + columns - 1];
            let end = fields[begin + columns - 1..].join(",");
            let all = [user, arn].into_iter().chain(middle.iter().cloned());
            return Ok(all.chain([end]).collect());
        }
    }
    Err(flaw)
}

/// The name and the ARN that these fields are, commas put back.
fn user_and_arn(fields: &[String]) -> Option<(String, String)> {
    (1..fields.len()).find_map(|at| {
        let (user, arn) = (fields[..at].join(","), fields[at..].join(","));
        let is_its_arn = if user == ROOT_ACCOUNT {
            arn.ends_with(":root")
        } else {
            arn.strip_suffix(&user)
                .is_some_and(|own| own.ends_with('/'))
        };
        (arn.starts_with("arn:") && is_its_arn).then_some((user, arn))
    })
}

/// A line of the report.
struct Row<'a> {
    line: usize,
    columns: &'a BTreeMap<&'a str, usize>,
    fields: Vec<String>,
}

impl Row<'_> {
    fn read(&self) -> Result<Credentials, Flaw> {
        Ok(Credentials {
            user: self.text("user")?.to_owned(),
            arn: Arn::new(self.text("arn")?),
            created: self.time("user_creation_time")?,
            password: ReportedPassword {
                enabled: self.flag("password_enabled")?,
                last_used: self.time("password_last_used")?,
                last_changed: self.time("password_last_changed")?,
                next_rotation: self.time("password_next_rotation")?,
            },
            mfa_active: self.flag("mfa_active")?,
            access_keys: [
                ReportedKey {
                    active: self.flag("access_key_1_active")?,
                    last_rotated: self.time("access_key_1_last_rotated")?,
                    last_used: self.time("access_key_1_last_used_date")?,
                    last_used_region: self.word("access_key_1_last_used_region")?,
                    last_used_service: self.word("access_key_1_last_used_service")?,
                },
                ReportedKey {
                    active: self.flag("access_key_2_active")?,
                    last_rotated: self.time("access_key_2_last_rotated")?,
                    last_used: self.time("access_key_2_last_used_date")?,
                    last_used_region: self.word("access_key_2_last_used_region")?,
                    last_used_service: self.word("access_key_2_last_used_service")?,
                },
            ],
            certificates: [
                ReportedCertificate {
                    active: self.flag("cert_1_active")?,
                    last_rotated: self.time("cert_1_last_rotated")?,
                },
                ReportedCertificate {
                    active: self.flag("cert_2_active")?,
                    last_rotated: self.time("cert_2_last_rotated")?,
                },
            ],
            additional: self
                .text(ADDITIONAL)
                .ok()
                .filter(|text| !text.is_empty() && *text != "N/A")
                .map(str::to_owned),
        })
    }

    fn text(&self, column: &'static str) -> Result<&str, Flaw> {
        let index = self.columns.get(column);
        let field = index.and_then(|index| self.fields.get(*index));
        field.map(|text| &**text).ok_or(Flaw::Column(column))
    }

    fn cell<T>(
        &self,
        column: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Reported<T>, Flaw> {
        let text = self.text(column)?;
        Ok(match text {
            "N/A" => Reported::NotApplicable,
            "no_information" => Reported::NoInformation,
            "not_supported" => Reported::NotSupported,
            _ => Reported::Value(parse(text).ok_or_else(|| Flaw::Cell {
                line: self.line,
                column,
                text: text.to_owned(),
            })?),
        })
    }

    /// AWS documents `TRUE` and writes `true`.
    fn flag(&self, column: &'static str) -> Result<Reported<bool>, Flaw> {
        self.cell(column, |text| text.to_ascii_lowercase().parse().ok())
    }

    fn time(&self, column: &'static str) -> Result<Reported<Timestamp>, Flaw> {
        self.cell(column, |text| text.parse().ok())
    }

    fn word(&self, column: &'static str) -> Result<Reported<String>, Flaw> {
        self.cell(column, |text| (!text.is_empty()).then(|| text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "user,arn,user_creation_time,password_enabled,password_last_used,\
        password_last_changed,password_next_rotation,mfa_active,access_key_1_active,\
        access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
        access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
        access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,\
        cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
    const ROOT: &str = "<root_account>,arn:aws:iam::111122223333:root,2020-01-01T08:00:00+00:00,\
        not_supported,2026-11-01T08:00:00+00:00,not_supported,not_supported,true,\
        false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";
    /// What stands behind name and ARN of a user.
    const REST: &str = "2021-02-03T04:05:06Z,TRUE,no_information,2021-02-03T04:05:06Z,N/A,FALSE,\
        true,2022-01-01T00:00:00Z,2026-10-01T00:00:00Z,eu-central-1,s3,\
        false,2023-01-01T00:00:00Z,N/A,N/A,N/A,true,2024-01-01T00:00:00Z,false,N/A";

    fn ada(name: &str, path: &str) -> String {
        format!("{name},arn:aws:iam::111122223333:user{path}{name},{REST}")
    }

    fn time(text: &str) -> Reported<Timestamp> {
        Reported::Value(text.parse().expect("a time"))
    }

    #[test]
    fn every_column_is_read() {
        let rows = rows(&format!("{HEAD}\n{ROOT}\n{}", ada("ada", "/"))).expect("a report");
        let user = Credentials {
            user: "ada".to_owned(),
            arn: Arn::new("arn:aws:iam::111122223333:user/ada"),
            created: time("2021-02-03T04:05:06Z"),
            password: ReportedPassword {
                enabled: Reported::Value(true),
                last_used: Reported::NoInformation,
                last_changed: time("2021-02-03T04:05:06Z"),
                next_rotation: Reported::NotApplicable,
            },
            mfa_active: Reported::Value(false),
            access_keys: [
                ReportedKey {
                    active: Reported::Value(true),
                    last_rotated: time("2022-01-01T00:00:00Z"),
                    last_used: time("2026-10-01T00:00:00Z"),
                    last_used_region: Reported::Value("eu-central-1".to_owned()),
                    last_used_service: Reported::Value("s3".to_owned()),
                },
                // Inactive, and there: its age is told.
                ReportedKey {
                    active: Reported::Value(false),
                    last_rotated: time("2023-01-01T00:00:00Z"),
                    last_used: Reported::NotApplicable,
                    last_used_region: Reported::NotApplicable,
                    last_used_service: Reported::NotApplicable,
                },
            ],
            certificates: [
                ReportedCertificate {
                    active: Reported::Value(true),
                    last_rotated: time("2024-01-01T00:00:00Z"),
                },
                ReportedCertificate {
                    active: Reported::Value(false),
                    last_rotated: Reported::NotApplicable,
                },
            ],
            additional: None,
        };
        assert_eq!(rows[1], user);
    }

    #[test]
    fn of_root_some_things_are_not_said() {
        let rows = rows(&format!("{HEAD}\n{ROOT}\n")).expect("a report");
        let [root] = &*rows else {
            panic!("one row");
        };
        assert!(root.is_root());
        assert_eq!(root.password.enabled, Reported::NotSupported);
        assert_eq!(root.password.next_rotation, Reported::NotSupported);
        assert_eq!(root.mfa_active.value(), Some(&true));
        assert_eq!(root.access_keys[0].last_rotated, Reported::NotApplicable);
    }

    #[test]
    fn commas_in_names_and_paths_are_put_back_quoted_or_not() {
        for (name, path) in [
            ("a,b", "/"),
            ("a,b", "/x,y/"),
            ("a", "/x,y,z/"),
            ("a,b,a,b", "/"),
        ] {
            let arn = format!("arn:aws:iam::111122223333:user{path}{name}");
            for line in [
                ada(name, path),
                format!("\"{name}\",\"{arn}\",{REST}"),
                format!("\"{name}\",{arn},{REST}"),
            ] {
                let rows = rows(&format!("{HEAD}\n{line}")).expect("a report");
                assert_eq!(
                    (&*rows[0].user, rows[0].arn.as_str()),
                    (name, &*arn),
                    "{line}"
                );
                assert_eq!(rows[0].access_keys[0].active, Reported::Value(true));
            }
        }
    }

    #[test]
    fn more_keys_than_two_are_told_in_aws_s_words() {
        let head = format!("{HEAD},{ADDITIONAL}");
        let additional = |words: &str| {
            let text = format!("{head}\n{},{words}", ada("a,b", "/"));
            rows(&text).expect("a report")[0].additional.clone()
        };
        assert_eq!(
            additional("1 key, by ListAccessKeys").as_deref(),
            Some("1 key, by ListAccessKeys")
        );
        assert_eq!(
            additional("\"1, \"\"old\"\"\"").as_deref(),
            Some("1, \"old\"")
        );
        assert_eq!(additional(""), None);
        assert_eq!(additional("N/A"), None);
    }

    #[test]
    fn what_is_no_report_is_a_flaw_and_never_an_empty_one() {
        let flaw = |text: &str| rows(text).expect_err("no report");
        assert_eq!(flaw(""), Flaw::Empty);
        assert_eq!(flaw(HEAD), Flaw::Empty);
        assert_eq!(flaw("{\"State\":\"COMPLETE\"}"), Flaw::Empty);
        let cut = format!("{HEAD}\n{}", &ROOT[..60]);
        assert!(matches!(
            flaw(&cut),
            Flaw::Width {
                line: 2,
                columns: 22,
                ..
            }
        ));
        let long = format!("{HEAD}\n{ROOT},more");
        assert!(matches!(flaw(&long), Flaw::Width { fields: 23, .. }));
        let open = format!("{HEAD}\n\"{ROOT}");
        assert_eq!(flaw(&open), Flaw::Quote { line: 2 });
        let without = format!("{HEAD}\n{ROOT}").replace("mfa_active", "mfa");
        assert_eq!(flaw(&without), Flaw::Column("mfa_active"));
    }

    #[test]
    fn a_word_that_no_column_holds_is_a_flaw_and_names_its_place() {
        let text = format!("{HEAD}\n{ROOT}\n{}", ada("ada", "/")).replace("TRUE", "maybe");
        let error = rows(&text).expect_err("no such word");
        assert_eq!(
            error.to_string(),
            "line 3 of the report: 'maybe' is not what column 'password_enabled' holds"
        );
        let text = format!("{HEAD}\n{}", ROOT.replace("2020-01-01T08:00:00+00:00", ""));
        assert!(matches!(
            rows(&text),
            Err(Flaw::Cell {
                column: "user_creation_time",
                ..
            })
        ));
    }
}
