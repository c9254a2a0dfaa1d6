//! What a value of a claim says of whose a token is.

/// A claim, and the forms in which a value of it is somebody's own.
pub(crate) struct Claim {
    /// Its name behind the issuer and a colon; or, with `sts:` in front, a condition key by itself.
    pub(crate) name: &'static str,
    /// One of these is enough.
    pub(crate) forms: &'static [Form],
}

/// What of a value has to be fixed.
pub(crate) enum Form {
    /// All of it.
    Whole,
    /// Something at least, beyond how the values of well-known issuers begin.
    Part,
    /// A field behind `after` up to `until`. Where `then` is given, a second field follows up to it: the
    /// project of the tenant.
    Field {
        after: &'static str,
        until: &'static str,
        then: Option<&'static str>,
    },
}

/// How much of whose tokens a value lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fixed {
    /// Nothing is fixed.
    Nothing,
    /// The tenant is, and everything of theirs is let in.
    Tenant,
    /// The tenant and what of theirs.
    Project,
}

pub(crate) const fn field(after: &'static str, until: &'static str) -> Form {
    Form::Field {
        after,
        until,
        then: None,
    }
}

pub(crate) const fn path(after: &'static str, until: &'static str, then: &'static str) -> Form {
    Form::Field {
        after,
        until,
        then: Some(then),
    }
}

pub(crate) const fn claim(name: &'static str, forms: &'static [Form]) -> Claim {
    Claim { name, forms }
}

/// How every value of `sub` begins with software that people also run themselves: GitLab, GitHub Enterprise
/// Server, Terraform Enterprise, Kubernetes.
const BEGINNINGS: [&str; 5] = [
    "organization:",
    "project_path:",
    "repo:",
    "system:",
    "system:serviceaccount:",
];

impl Claim {
    /// The condition key of the claim for an issuer, by its address.
    pub(crate) fn key(&self, address: &str) -> String {
        if self.name.starts_with("sts:") {
            return self.name.to_owned();
        }
        format!("{address}:{}", self.name)
    }

    /// What a value of a condition fixes; of a text with wildcards, where `wild`, what stands in front of
    /// the first.
    pub(crate) fn fixed_by(&self, value: &str, wild: bool) -> Fixed {
        let head = match value.find(['*', '?']) {
            Some(at) if wild => &value[..at],
            _ => value,
        };
        let of = |form: &Form| form.fixed_by(value, head);
        self.forms.iter().map(of).max().unwrap_or(Fixed::Nothing)
    }
}

impl Form {
    fn fixed_by(&self, value: &str, head: &str) -> Fixed {
        let is_whole = head.len() == value.len();
        match self {
            Self::Whole if is_whole => Fixed::Project,
            Self::Part if !is_whole && BEGINNINGS.contains(&head) => Fixed::Nothing,
            Self::Part if value.contains(|letter| !matches!(letter, '*' | '?')) => Fixed::Project,
            Self::Whole | Self::Part => Fixed::Nothing,
            Self::Field { after, until, then } => {
                let Some(rest) = behind(head, after) else {
                    return Fixed::Nothing;
                };
                // At its end a value that is whole ends its last field too.
                let ends = |text: &'_ str, by: &str| match text.split_once(by) {
                    Some((field, _)) => !field.is_empty(),
                    None => is_whole && !text.is_empty(),
                };
                if !ends(rest, until) {
                    return Fixed::Nothing;
                }
                let Some(then) = then else {
                    return Fixed::Project;
                };
                match rest.split_once(until) {
                    Some((_, project)) if ends(project, then) => Fixed::Project,
                    _ => Fixed::Tenant,
                }
            }
        }
    }
}

/// What follows `marker`, at the beginning of the text or behind another field of it.
fn behind<'t>(text: &'t str, marker: &str) -> Option<&'t str> {
    if let Some(rest) = text.strip_prefix(marker) {
        return Some(rest);
    }
    let (at, _) = text.match_indices(marker).find(|(at, _)| {
        let before = &text[..*at];
        before.ends_with(':') || marker.starts_with('/')
    })?;
    Some(&text[at + marker.len()..])
}
