//! Secrets never pass: values that may be secret are replaced in the answer's body before anything
//! parses, records or prints it. What is replaced where: docs/reference/redaction.md.

mod clean;
mod detect;
mod document;
mod rules;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tripod_model::{Redacted, SecretKind, fingerprint};

use clean::{Look, clean};
use document::Document;
use rules::{Places, Treatment};

/// A body that cannot be read, and that nobody can say the secrets of.
#[derive(Debug, thiserror::Error)]
#[error(
    "the answer to {operation} is neither JSON nor XML and was withheld, because it may hold secrets"
)]
pub(super) struct Withheld {
    operation: String,
}

/// What is kept of a body.
pub(super) struct Kept {
    pub(super) body: String,
    /// By what the body as AWS sent it can be recognised: its SHA-256 where nothing was replaced. Where
    /// something was, a plain hash would tell the secret to whoever tries all short ones in its place,
    /// so there it is the HMAC-SHA-256 under the run's key. Hexadecimal.
    pub(super) original: String,
}

/// Members that hold the token of the next page. Opaque to us, worthless without credentials, and
/// needed as they are for the next request.
const PAGE_TOKENS: [&str; 9] = [
    "NextToken",
    "nextToken",
    "NextMarker",
    "nextMarker",
    "Marker",
    "marker",
    "NextPageToken",
    "PaginationToken",
    "position",
];

/// Page tokens stand at the top of an answer, in XML below one or two elements.
const PAGE_TOKEN_DEPTH: usize = 3;

/// Replaces secrets. Holds the key of the run's fingerprints, which is written nowhere and dies with
/// the process. It is not wiped from memory: the bodies themselves went through the same memory, and
/// through buffers of the HTTP client that nobody wipes.
pub(super) struct Redactor {
    /// HMAC-SHA-256 with the key in it.
    keyed: Hmac<Sha256>,
}

impl Redactor {
    /// With a new key from the operating system.
    pub(super) fn new() -> Result<Self, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        let Ok(keyed) = Hmac::new_from_slice(&key) else {
            unreachable!("HMAC takes keys of any length");
        };
        Ok(Self { keyed })
    }

    /// The body with its secrets replaced by markers. In answers that are errors only what is certain
    /// is replaced: they hold no values of resources, but some repeat the request.
    ///
    /// # Errors
    /// A successful answer that is neither JSON nor XML is withheld whole.
    pub(super) fn redact(
        &self,
        operation: &str,
        success: bool,
        body: String,
    ) -> Result<Kept, Withheld> {
        let cleaned = match Document::of(&body) {
            Some(document) if success => self.cleaned(&document, &rules::of(operation), &body),
            Some(document) => self.cleaned(&document, &Places::default(), &body),
            None if success => {
                return Err(Withheld {
                    operation: operation.to_owned(),
                });
            }
            // A page of a proxy, or nothing.
            None => clean(Look::Certain, &body, &mut |kind, secret| {
                self.marker(Some(kind), secret)
            }),
        };
        Ok(match cleaned {
            Some(cleaned) => Kept {
                original: self.keyed(&body),
                body: cleaned,
            },
            None => Kept {
                original: fingerprint(body.as_bytes()),
                body,
            },
        })
    }

    /// The body with its secrets replaced; `None` where it holds none.
    fn cleaned(&self, document: &Document<'_>, places: &Places, body: &str) -> Option<String> {
        let suspicious = clean::is_suspicious(body);
        let mut treatments: Vec<Option<Treatment>> = Vec::new();
        let mut changes = Vec::new();
        for place in document.places() {
            let inherited = treatments.get(document.parent(place)).copied().flatten();
            let own = document
                .own_name(place)
                .and_then(|name| places.treatment(name, |path| document.is_at(place, path)));
            let treatment = inherited.max(own);
            treatments.push(treatment);
            if let Some(new) = self.treated(document, place, treatment, suspicious) {
                changes.push((place, new));
            }
        }
        (!changes.is_empty()).then(|| document.with(changes))
    }

    /// What takes the place of a text; `None` where it stays.
    fn treated(
        &self,
        document: &Document<'_>,
        place: usize,
        treatment: Option<Treatment>,
        suspicious: bool,
    ) -> Option<String> {
        let mut mark = |kind, secret: &str| self.marker(Some(kind), secret);
        // The names of members are never values of resources.
        let treatment = treatment.filter(|_| !document.is_member_name(place));
        match treatment {
            Some(Treatment::Secret(kind)) => Some(self.marker(Some(kind), &document.text(place)?)),
            Some(Treatment::Masked) => {
                let text = document.text(place)?;
                let kind = clean::kind(&document.name(place), &text);
                Some(self.marker(kind, &text))
            }
            Some(Treatment::IfSecret) if !document.is_number(place) => {
                let name = document.name(place);
                let look = Look::Thorough { name: &name };
                clean(look, &document.text(place)?, &mut mark)
            }
            _ if suspicious && !is_page_token(document, place) => {
                clean(Look::Certain, &document.text(place)?, &mut mark)
            }
            _ => None,
        }
    }

    fn marker(&self, kind: Option<SecretKind>, secret: &str) -> String {
        let marker = Redacted {
            kind,
            length: secret.len() as u64,
            entropy: detect::entropy(secret),
            fingerprint: self.keyed(secret)[..16].to_owned(),
        };
        marker.to_string()
    }

    /// HMAC-SHA-256 under the run's key, hexadecimal.
    fn keyed(&self, text: &str) -> String {
        use std::fmt::Write as _;
        let mut mac = self.keyed.clone();
        mac.update(text.as_bytes());
        mac.finalize()
            .into_bytes()
            .iter()
            .fold(String::with_capacity(64), |mut hex, byte| {
                // Writing to a String cannot fail.
                let _ = write!(hex, "{byte:02x}");
                hex
            })
    }
}

fn is_page_token(document: &Document<'_>, place: usize) -> bool {
    PAGE_TOKENS.contains(&&*document.name(place)) && document.depth(place) <= PAGE_TOKEN_DEPTH
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
