//! What the page can show beside the report: its history, frameworks, pictures and tables of other renderers.

use jiff::Timestamp;
use serde::Deserialize;
use tripod_assess::{FrameworkReport, Pillars, REPORT_SCHEMA, Report, ReportError};
use tripod_model::{AccountId, Stopped};

/// What a page shows beside the report. Each part is left out where it is empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extras {
    /// Earlier runs of the same account, oldest first.
    pub history: Vec<PastRun>,
    /// Frameworks, control by control.
    pub frameworks: Vec<FrameworkReport>,
    /// Further sections: capacity, escalation paths, exposure.
    pub sections: Vec<Section>,
}

/// An earlier run, for the trend.
#[derive(Debug, Clone, PartialEq)]
pub struct PastRun {
    /// Its id.
    pub id: String,
    /// When its evidence was gathered.
    pub observed: Timestamp,
    /// How the legs stood.
    pub pillars: Pillars,
    /// The accounts it read.
    pub accounts: Vec<AccountId>,
    /// Its endpoint, where that was not AWS's own.
    pub endpoint: Option<String>,
    /// Whether it ended before its time.
    pub stopped: bool,
}

/// The few parts of a stored report that a trend needs: its findings may be a hundred megabytes.
#[derive(Deserialize)]
struct Slim {
    schema: String,
    run: SlimRun,
    pillars: Pillars,
}

#[derive(Deserialize)]
struct SlimRun {
    id: String,
    observed: Timestamp,
    endpoint: Option<String>,
    accounts: Vec<SlimAccount>,
    #[serde(default)]
    stopped: Option<Stopped>,
}

#[derive(Deserialize)]
struct SlimAccount {
    id: AccountId,
}

impl PastRun {
    /// The run of this report.
    pub fn of(report: &Report) -> Self {
        let run = &report.run;
        Self {
            id: run.id.clone(),
            observed: run.observed,
            pillars: report.pillars,
            accounts: run.accounts.iter().map(|it| it.id.clone()).collect(),
            endpoint: run.endpoint.clone(),
            stopped: run.stopped.is_some(),
        }
    }

    /// The run of a stored report, by its text.
    ///
    /// # Errors
    /// When the text is no report of this version.
    pub fn from_json(text: &str) -> Result<Self, ReportError> {
        let slim: Slim = serde_json::from_str(text)?;
        if slim.schema != REPORT_SCHEMA {
            return Err(ReportError::Schema { found: slim.schema });
        }
        let run = slim.run;
        Ok(Self {
            id: run.id,
            observed: run.observed,
            pillars: slim.pillars,
            accounts: run.accounts.into_iter().map(|it| it.id).collect(),
            endpoint: run.endpoint,
            stopped: run.stopped.is_some(),
        })
    }

    /// Whether the report shows how things went since this run: it is older, of the same accounts at the same endpoint,
    /// and came to its end. Half a run has scores that say nothing.
    pub fn precedes(&self, report: &Report) -> bool {
        let now = Self::of(report);
        self.id != now.id
            && self.observed < now.observed
            && self.accounts == now.accounts
            && self.endpoint == now.endpoint
            && !self.stopped
    }
}

/// A section of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The name in links: lower-case words with hyphens.
    pub id: &'static str,
    /// Its name in the list of sections, one word.
    pub link: &'static str,
    /// Its heading.
    pub title: String,
    /// What it shows, from top to bottom.
    pub parts: Vec<Part>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A smaller heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A list.
    List(Vec<String>),
    /// A table.
    Table {
        /// What it holds.
        caption: String,
        /// Its columns.
        header: Vec<String>,
        /// Its rows, as wide as the header.
        rows: Vec<Vec<String>>,
    },
    /// A picture.
    Picture(Picture),
    /// Parts that open by their title.
    Folded {
        /// What they are about.
        title: String,
        /// The parts.
        parts: Vec<Self>,
    },
}

impl Part {
    /// A picture, or a sentence in its place where it holds what no picture needs.
    pub(crate) fn picture(title: &str, svg: &str, style: &str) -> Self {
        match Picture::new(title, svg, style) {
            Ok(picture) => Self::Picture(picture),
            Err(refused) => Self::Text(format!("Not shown: {refused}.")),
        }
    }

    pub(crate) fn folded(title: String, parts: Vec<Self>) -> Self {
        Self::Folded { title, parts }
    }

    /// The pictures in it.
    pub(super) fn pictures(&self) -> Vec<&Picture> {
        match self {
            Self::Picture(picture) => vec![picture],
            Self::Folded { parts, .. } => parts.iter().flat_map(Self::pictures).collect(),
            _ => vec![],
        }
    }
}

/// A picture made by a renderer of ours, held against what a picture needs: a renderer that forgets to escape a name
/// is refused instead of shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    title: String,
    svg: String,
    style: String,
}

/// A picture that holds more than a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the picture '{title}' holds {what}, which no picture needs")]
pub struct NoPicture {
    title: String,
    what: String,
}

/// Elements a picture is drawn with. None runs, loads or holds HTML.
const ELEMENTS: [&str; 20] = [
    "svg",
    "g",
    "defs",
    "marker",
    "clipPath",
    "pattern",
    "title",
    "desc",
    "style",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "symbol",
    "linearGradient",
];

impl Picture {
    /// Takes the SVG of a picture with the style sheet it needs, either of which may be inside the other's place:
    /// an SVG with a `style` element of its own needs none.
    ///
    /// # Errors
    /// When the SVG holds an element or attribute that a picture does not need: scripts, handlers of events, links,
    /// foreign markup, inline styles (which the page's security policy refuses).
    pub fn new(title: &str, svg: &str, style: &str) -> Result<Self, NoPicture> {
        let refuse = |what: String| NoPicture {
            title: title.to_owned(),
            what,
        };
        for tag in tags(svg) {
            permitted(tag).map_err(refuse)?;
        }
        if !svg.trim_start().starts_with("<svg") {
            return Err(refuse("no svg element at its begin".to_owned()));
        }
        if style.contains('<') {
            return Err(refuse("markup in its style sheet".to_owned()));
        }
        Ok(Self {
            title: title.to_owned(),
            svg: svg.to_owned(),
            style: style.to_owned(),
        })
    }

    /// What it shows.
    pub fn title(&self) -> &str {
        &self.title
    }

    pub(super) fn svg(&self) -> &str {
        &self.svg
    }

    pub(super) fn style(&self) -> &str {
        &self.style
    }

    /// The style sheets it brings, as the security policy has to name them.
    pub(super) fn styles(&self) -> impl Iterator<Item = &str> {
        let within = self
            .svg
            .split("<style>")
            .skip(1)
            .filter_map(|rest| rest.split_once("</style>"))
            .map(|(style, _)| style);
        within.chain((!self.style.is_empty()).then_some(self.style.as_str()))
    }
}

/// What stands between angle brackets.
fn tags(markup: &str) -> impl Iterator<Item = &str> {
    markup
        .split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap_or(rest))
}

fn permitted(tag: &str) -> Result<(), String> {
    let name_end = tag
        .find(|character: char| character.is_whitespace() || character == '/')
        .filter(|end| *end > 0)
        .unwrap_or(tag.len());
    let name = tag.strip_prefix('/').unwrap_or(&tag[..name_end]).trim();
    if !ELEMENTS.contains(&name) {
        return Err(format!("the element '{name}'"));
    }
    let attributes = tag.get(name_end..).unwrap_or_default().to_lowercase();
    // Values are quoted, so that every other piece between quotes is a name and an equals sign.
    for piece in attributes.split('"').step_by(2) {
        let attribute = piece.trim().trim_end_matches(['=', '/']).trim();
        let refused = attribute.starts_with("on")
            || attribute.ends_with("href")
            || attribute == "style"
            || attribute.contains(char::is_whitespace);
        if refused {
            return Err(format!("the attribute '{attribute}'"));
        }
    }
    if name == "style" && !attributes.is_empty() {
        return Err("attributes of a style element".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Picture;

    #[test]
    fn a_drawing_is_a_picture_and_names_its_styles() {
        let svg = "<svg role=\"img\" aria-label=\"a &lt;b&gt;\"><title>a</title><style>.a{fill:red}</style>\
                   <path class=\"a\" d=\"M0 0\" marker-end=\"url(#head)\"/></svg>";
        let picture = Picture::new("a", svg, ".b{fill:blue}").expect("a picture");
        let styles: Vec<&str> = picture.styles().collect();
        assert_eq!(styles, [".a{fill:red}", ".b{fill:blue}"]);
    }

    #[test]
    fn what_runs_loads_or_leaves_a_picture_is_refused() {
        for (svg, what) in [
            ("<svg><script>x</script></svg>", "'script'"),
            (
                "<svg><foreignObject></foreignObject></svg>",
                "'foreignObject'",
            ),
            ("<svg></template><p>x</p></svg>", "'template'"),
            ("<svg><image href=\"x\"/></svg>", "'image'"),
            ("<svg><rect onclick=\"x\"/></svg>", "'onclick'"),
            ("<svg><rect OnClick=\"x\"/></svg>", "'onclick'"),
            ("<svg onload=\"x\"></svg>", "'onload'"),
            ("<svg><path xlink:href=\"x\"/></svg>", "'xlink:href'"),
            ("<svg><rect style=\"x\"/></svg>", "'style'"),
            ("<svg><rect class=a onclick=x /></svg>", "attribute"),
            ("<svg><!-- --></svg>", "'!--'"),
            ("<p>x</p>", "'p'"),
            ("text", "no svg"),
        ] {
            let error = Picture::new("a", svg, "").expect_err(svg).to_string();
            assert!(error.contains(what), "{svg}: {error}");
        }
        Picture::new("a", "<svg></svg>", "</style><script>").expect_err("markup in a style");
    }
}
