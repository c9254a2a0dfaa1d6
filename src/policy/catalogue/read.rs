//! From the text of `actions.txt.gz` to the catalogue. `refresh.py` says what the text looks like.

use std::str::Lines;

use super::keys::{ConditionKey, KeyType};
use super::{AccessLevel, Action, Catalogue, Header, Needed, ResourceType, Service};

/// A catalogue that cannot be read: the fault of whoever made the file.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Not gzip, or not text.
    #[error("the catalogue cannot be unpacked: {0}")]
    Packed(#[from] std::io::Error),
    /// A line that is not as `refresh.py` writes it.
    #[error("the catalogue's line {line:?} cannot be read")]
    Line {
        /// The line.
        line: String,
    },
}

const FIRST_LINE: &str = "tripod action catalogue 1";

pub(super) fn catalogue(text: &'static str) -> Result<Catalogue, CatalogueError> {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    if first != FIRST_LINE {
        return Err(unreadable(first));
    }
    let header = header(&mut lines)?;
    let mut services: Vec<Service> = Vec::new();
    for line in lines {
        add(line, &mut services).ok_or_else(|| unreadable(line))?;
    }
    Ok(Catalogue { header, services })
}

fn unreadable(line: &str) -> CatalogueError {
    CatalogueError::Line {
        line: line.to_owned(),
    }
}

fn header(lines: &mut Lines<'static>) -> Result<Header, CatalogueError> {
    let mut field = |name: &str| {
        let line = lines.next().unwrap_or_default();
        line.split_once('\t')
            .filter(|(found, value)| *found == name && !value.is_empty())
            .map(|(_, value)| value)
            .ok_or_else(|| unreadable(line))
    };
    Ok(Header {
        source: field("source")?,
        reference: field("reference")?,
        date: field("date")?,
        licence: field("licence")?,
    })
}

/// Adds what the line says to the services read so far; nothing where the line is not understood.
fn add(line: &'static str, services: &mut Vec<Service>) -> Option<()> {
    let mut columns = line.split('\t');
    let (letter, name) = (columns.next()?, columns.next()?);
    if letter == "S" {
        services.push(Service {
            prefix: name,
            name: columns.next()?,
            actions: Vec::new(),
            resource_types: Vec::new(),
            condition_keys: Vec::new(),
        });
        return Some(());
    }
    let service = services.last_mut()?;
    match letter {
        "K" => {
            let key_type = KeyType::read(columns.next()?)?;
            service.condition_keys.push(ConditionKey { name, key_type });
        }
        "R" => {
            let arns = columns.next()?.split(' ').collect();
            let condition_keys = key_names(columns.next(), service)?;
            service.resource_types.push(ResourceType {
                name,
                arns,
                condition_keys,
            });
        }
        "A" => {
            let access_level = access_level(columns.next()?)?;
            let resource_types = items(columns.next())
                .map(|item| needed(item, service))
                .collect::<Option<_>>()?;
            let condition_keys = key_names(columns.next(), service)?;
            let dependent_actions = items(columns.next()).collect();
            let full_name = format!("{}:{name}", service.prefix);
            service.actions.push(Action {
                service: service.prefix,
                name,
                lower: full_name.to_ascii_lowercase().into(),
                full_name: full_name.into(),
                access_level,
                resource_types,
                condition_keys,
                dependent_actions,
            });
        }
        _ => return None,
    }
    Some(())
}

/// The words of a column; none where the line ends before it.
fn items(column: Option<&'static str>) -> impl Iterator<Item = &'static str> {
    column.unwrap_or_default().split_ascii_whitespace()
}

fn key_names(column: Option<&'static str>, service: &Service) -> Option<Box<[&'static str]>> {
    items(column)
        .map(|place| {
            let place: usize = place.parse().ok()?;
            service.condition_keys.get(place).map(|key| key.name)
        })
        .collect()
}

fn needed(item: &str, service: &Service) -> Option<Needed> {
    let place = item.trim_end_matches('!');
    let kind = service.resource_types.get(place.parse::<usize>().ok()?)?;
    Some(Needed {
        name: kind.name,
        required: place != item,
    })
}

fn access_level(letter: &str) -> Option<AccessLevel> {
    Some(match letter {
        "L" => AccessLevel::List,
        "R" => AccessLevel::Read,
        "T" => AccessLevel::Tagging,
        "W" => AccessLevel::Write,
        "P" => AccessLevel::PermissionsManagement,
        _ => return None,
    })
}
