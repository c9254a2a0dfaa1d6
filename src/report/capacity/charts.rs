//! Pictures in SVG, each a function of its own, so that any page can show them beside [`STYLE`].
//!
//! A picture repeats what a table beside it says: it has a title for those who do not see it, a text at every bar, and
//! no meaning by colour alone. It holds no script, no style of its own and no address, and names are escaped.

use std::fmt::Write as _;

use tripod_capacity::addresses::{Outcome, SubnetAddresses};
use tripod_capacity::containment::{Entry, Verdict};
use tripod_capacity::quotas::QuotaUse;
use tripod_capacity::{Concurrency, Figure};

use super::first::NEAR_PERCENT;
use super::words::{grouped, or, verdict};
use crate::plain;

/// Colours of the pictures, for light and for dark. A page that shows them has it in its style sheet.
pub const STYLE: &str = "\
.cap-chart{display:block;width:100%;min-width:40rem;max-width:56rem;height:auto;font:12px system-ui,sans-serif;\
--c-ink:#14181d;--c-soft:#4a5561;--c-line:#c3ccd6;--c-free:#eef2f6;--c-lambda:#0067a8;--c-other:#8a94a0;\
--c-unseen:#c3b091;--c-aws:#4a5561;--c-over:#b83a00}\
@media screen and (prefers-color-scheme:dark){.cap-chart{--c-ink:#f2f5f8;--c-soft:#b4bfca;--c-line:#4b5763;--c-free:#252d36;\
--c-lambda:#5cb8f2;--c-other:#8d99a6;--c-unseen:#a08c68;--c-aws:#d5dde5;--c-over:#ff9559}}\
.cap-chart text{fill:var(--c-ink)}.cap-chart .soft{fill:var(--c-soft)}.cap-chart .free{fill:var(--c-free);stroke:var(--c-line)}\
.cap-chart .lambda{fill:var(--c-lambda)}.cap-chart .other{fill:var(--c-other)}.cap-chart .unseen{fill:var(--c-unseen)}\
.cap-chart .aws{fill:var(--c-aws)}.cap-chart .over{fill:var(--c-over)}.cap-chart .grid{stroke:var(--c-line)}\
.cap-chart .full{stroke:var(--c-ink);stroke-width:2}.cap-chart .near{stroke:var(--c-ink);stroke-dasharray:3 3}\
.cap-chart .span{stroke:var(--c-ink);stroke-width:1.5}.cap-chart .dot{fill:var(--c-lambda);stroke:var(--c-ink)}\
.cap-chart .dot.bad{fill:var(--c-over)}\
@media print{.cap-chart{min-width:0}}";

/// Width of a picture, and where its bars begin and end.
const WIDTH: i64 = 890;
const BEGIN: i64 = 270;
const END: i64 = 620;
const ROW: i64 = 24;
const BAR: i64 = 14;
/// Letters that the room before the bars has.
const LETTERS: usize = 38;
/// Letters of a name that is told in full.
const NAME: usize = 400;

/// A picture being drawn, row by row.
struct Picture {
    rows: String,
    next: i64,
}

impl Picture {
    fn new() -> Self {
        Self {
            rows: String::new(),
            next: 6,
        }
    }

    /// Begins a row with its name before the bars and its figure behind them, and gives its upper edge.
    fn row(&mut self, name: &str, figure: &str) -> i64 {
        let y = self.next;
        self.next += ROW;
        let (text_y, short) = (y + 12, escaped(&shortened(name, LETTERS)));
        let full = escaped(&shortened(name, NAME));
        // Writing into a text cannot fail.
        let _ = writeln!(
            self.rows,
            "<text x=\"0\" y=\"{text_y}\">{short}<title>{full}</title></text>\
             <text x=\"{}\" y=\"{text_y}\">{}</text>",
            END + 10,
            escaped(figure)
        );
        y
    }

    fn bar(&mut self, class: &str, y: i64, from: i64, to: i64) {
        if to > from {
            let width = to - from;
            let _ = writeln!(
                self.rows,
                "<rect class=\"{class}\" x=\"{from}\" y=\"{y}\" width=\"{width}\" height=\"{BAR}\"/>"
            );
        }
    }

    fn upright(&mut self, class: &str, x: i64, from: i64, to: i64) {
        let _ = writeln!(
            self.rows,
            "<line class=\"{class}\" x1=\"{x}\" y1=\"{from}\" x2=\"{x}\" y2=\"{to}\"/>"
        );
    }

    /// From the least to the most, with an arrow's head where it goes on beyond the picture.
    fn span(&mut self, y: i64, from: i64, to: i64, beyond: bool) {
        let middle = y + BAR / 2;
        let _ = writeln!(
            self.rows,
            "<line class=\"span\" x1=\"{from}\" y1=\"{middle}\" x2=\"{to}\" y2=\"{middle}\"/>"
        );
        if beyond {
            let (back, above, below) = (to - 5, middle - 4, middle + 4);
            let _ = writeln!(
                self.rows,
                "<path class=\"span\" d=\"M{back} {above}L{to} {middle}L{back} {below}\" fill=\"none\"/>"
            );
        } else {
            self.upright("span", to, middle - 3, middle + 3);
        }
        self.upright("span", from, middle - 3, middle + 3);
    }

    fn note(&mut self, x: i64, text: &str) {
        let y = self.next + 10;
        let _ = writeln!(
            self.rows,
            "<text class=\"soft\" x=\"{x}\" y=\"{y}\">{}</text>",
            escaped(text)
        );
    }

    fn done(self, title: &str) -> String {
        let (height, title) = (self.next + 18, escaped(&shortened(title, 2 * NAME)));
        format!(
            "<svg class=\"cap-chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
             role=\"img\" aria-label=\"{title}\"><title>{title}</title>\n{}</svg>\n",
            self.rows
        )
    }
}

/// Where a value stands when `most` stands at the end. What is there at all is seen: two points at least.
fn place(value: i64, most: i64) -> i64 {
    let width = i128::from(END - BEGIN);
    let value = i128::from(value.clamp(0, most.max(1)));
    let at = value * width / i128::from(most.max(1));
    let at = i64::try_from(at).unwrap_or(END - BEGIN);
    BEGIN + if value > 0 { at.max(2) } else { at }
}

/// A subnet: who holds its addresses now, and in every scenario what Lambda needs beside the others. The bars of
/// scenarios begin where the others' addresses end; what stands behind the line is missing. None where the subnet's
/// addresses are not known.
pub fn addresses(subnet: &SubnetAddresses) -> Option<String> {
    let supply = subnet.supply.known().ok()?;
    let (size, free) = (supply.size.value, supply.free.value);
    let known = subnet.scenarios.iter().filter_map(|it| {
        let outcome = it.outcome.known().ok()?;
        Some((&it.scenario, outcome))
    });
    let known: Vec<_> = known.collect();
    let ends = known
        .iter()
        .map(|(_, outcome)| size - outcome.headroom.high.value);
    // What asks for many times the subnet would leave nothing to see of it.
    let most = ends.max().unwrap_or(size).clamp(size, size + size / 2);
    let mut picture = Picture::new();
    let y = picture.row("today", &format!("{} free", grouped(free)));
    let held = |figure: &Option<Figure>| figure.as_ref().map_or(0, |it| it.value);
    let (lambda, others) = (held(&supply.held_by_lambda), held(&supply.held_by_others));
    let reserved = supply.reserved.value;
    let unseen = size - reserved - free - lambda - others;
    let parts = [
        ("aws", reserved),
        ("other", others),
        ("unseen", unseen),
        ("lambda", lambda),
        ("free", free),
    ];
    let mut from = 0;
    for (class, part) in parts {
        let to = from + part.max(0);
        picture.bar(class, y, place(from, most), place(to, most));
        from = to;
    }
    for (scenario, outcome) in &known {
        projected(&mut picture, &scenario.title(), outcome, size, most);
    }
    picture.upright("full", place(size, most), 2, picture.next - 4);
    picture.note(
        BEGIN,
        &format!(
            "0 to {} addresses; the line is where the subnet is full",
            grouped(most)
        ),
    );
    let name = subnet.name.as_deref().unwrap_or(&subnet.subnet_id);
    Some(picture.done(&format!(
        "Addresses of {name}: {} in all, {} reserved by AWS, {} held by Lambda, {} by others, {} free. {}",
        grouped(size),
        grouped(reserved),
        grouped(lambda),
        grouped(others + unseen.max(0)),
        grouped(free),
        super::words::least_left(subnet)
    )))
}

fn projected(picture: &mut Picture, title: &str, outcome: &Outcome, size: i64, most: i64) {
    let left = &outcome.headroom;
    let says = match left.expected.value {
        missing if missing < 0 => format!("{} missing", grouped(-missing)),
        fits if left.high.value < 0 => {
            format!(
                "{} left, {} missing at most",
                grouped(fits),
                grouped(-left.high.value)
            )
        }
        fits => format!("{} left", grouped(fits)),
    };
    let y = picture.row(title, &says);
    let end = size - left.expected.value;
    let begin = end - outcome.need.expected.value;
    let (from, to) = (place(begin, most), place(end, most));
    let full = place(size, most);
    picture.bar("lambda", y, from, to.min(full));
    picture.bar("over", y, from.max(full), to);
    let (low, high) = (size - left.low.value, size - left.high.value);
    if low != high {
        picture.span(y, place(low, most), place(high, most), high > most);
    }
}

/// What `addresses` draws, in words for a legend, each with the class of its colour.
pub const LEGEND: [(&str, &str); 6] = [
    ("aws", "reserved by AWS"),
    ("other", "held by others"),
    ("unseen", "held, by whom is not seen"),
    ("lambda", "held or needed by Lambda"),
    ("free", "free"),
    ("over", "missing"),
];

/// [`LEGEND`] as a picture of its own, for pages that hold no markup of theirs.
pub(super) fn legend() -> String {
    let mut picture = Picture::new();
    let columns = 3;
    for row in LEGEND.chunks(columns) {
        let y = picture.next;
        for ((class, says), x) in row.iter().zip((0..).step_by(230)) {
            picture.bar(class, y, x, x + BAR);
            let _ = writeln!(
                picture.rows,
                "<text x=\"{}\" y=\"{}\">{says}</text>",
                x + BAR + 8,
                y + 12
            );
        }
        picture.next += ROW;
    }
    picture.done("What the colours of addresses mean")
}

/// A region's executions at once: what is reserved, kept ready and shared, with the peak as a line. None where the
/// limit is not known.
pub fn concurrency(known: &Concurrency) -> Option<String> {
    let limit = known.limit.as_ref()?.value;
    let unreserved = known.unreserved.as_ref().map_or(0, |it| it.value);
    let shared = known.on_demand.as_ref().map_or(0, |it| it.value);
    let reserved = (limit - unreserved).max(0);
    let ready = (unreserved - shared).max(0);
    let peak = known.peak.as_ref().map(|it| it.value);
    let most = limit.max(peak.unwrap_or(0)).max(1);
    let mut picture = Picture::new();
    let mut from = 0;
    let y = picture.row("limit", &grouped(limit));
    for (class, part) in [("aws", reserved), ("other", ready), ("free", shared)] {
        let to = from + part;
        picture.bar(class, y, place(from, most), place(to, most));
        from = to;
    }
    if let Some(peak) = peak {
        let y = picture.row("peak of 30 days", &grouped(peak));
        picture.bar("lambda", y, place(0, most), place(peak, most));
    }
    picture.upright("full", place(limit, most), 2, picture.next - 4);
    let says = format!(
        "limit: {} reserved, {} kept ready, {} shared",
        grouped(reserved),
        grouped(ready),
        grouped(shared)
    );
    picture.note(BEGIN, &says);
    let told = peak.map_or_else(
        || "peak not known".to_owned(),
        |it| format!("peak {}", grouped(it)),
    );
    Some(picture.done(&format!("Concurrency of {}: {says}; {told}", known.region)))
}

/// What entries can ask for against what their functions have for it, on a scale of powers of ten: from least to most
/// with a dot at the expected demand where there is a verdict, the room as an upright line. None where there is nothing to draw.
pub fn demand(entries: &[&Entry]) -> Option<String> {
    let drawn = |entry: &&&Entry| entry.demand.is_some() && entry.room.is_some();
    let entries: Vec<&Entry> = entries.iter().filter(drawn).copied().collect();
    let value = |figure: &Option<Figure>| figure.as_ref().map(|it| it.value);
    let values = entries.iter().flat_map(|entry| {
        let demand = entry.demand.iter();
        let demand = demand.flat_map(move |it| [value(&it.expected), value(&it.high)]);
        let room = entry.room.iter().map(|it| Some(it.room.value));
        demand.chain(room).flatten()
    });
    let digits = values.max()?.max(10).ilog10() + 1;
    let mut picture = Picture::new();
    for entry in &entries {
        let (Some(demand), Some(room)) = (&entry.demand, &entry.room) else {
            continue;
        };
        let room = room.room.value;
        let asks = or(demand.expected.as_ref(), "no bound");
        let says = format!("{asks}, room {}: {}", grouped(room), verdict(entry.verdict));
        let y = picture.row(&entry.name, &says);
        let at = |figure: &Option<Figure>| value(figure).map_or(END, |it| powers(it, digits));
        picture.span(y, at(&demand.low), at(&demand.high), demand.high.is_none());
        picture.upright("full", powers(room, digits), y - 2, y + BAR + 2);
        if entry.verdict != Verdict::NotAssessed {
            let fits = value(&demand.expected).is_some_and(|it| it <= room);
            let class = if fits { "dot" } else { "dot bad" };
            let (x, y) = (at(&demand.expected), y + BAR / 2);
            let _ = writeln!(
                picture.rows,
                "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>"
            );
        }
    }
    for power in 0..=digits {
        let x = powers(10_i64.saturating_pow(power), digits);
        picture.upright("grid", x, picture.next - 2, picture.next + 3);
        picture.note(x - 3, &grouped(10_i64.saturating_pow(power)));
    }
    Some(picture.done(&format!(
        "Executions at once that {} entries can ask for, against what their functions have; the table below says the same",
        entries.len()
    )))
}

/// Where a value stands on a scale of powers of ten, 1 and less at its begin.
fn powers(value: i64, digits: u32) -> i64 {
    // Thousandths of a power, so that the rest is whole numbers.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a place on paper, and a logarithm below 19"
    )]
    let thousandths = ((value.max(1) as f64).log10() * 1000.0) as i64;
    let most = i64::from(digits.max(1)) * 1000;
    BEGIN + (END - BEGIN) * thousandths.min(most) / most
}

/// Quotas by the share in use, with a broken line where they are nearly used up. None of no quota.
pub fn quotas(rows: &[&QuotaUse]) -> Option<String> {
    let mut picture = Picture::new();
    let most = 125;
    let mut drawn = 0;
    for row in rows {
        let (Some(share), Some(used), Some(limit)) = (&row.share_percent, &row.used, row.limit)
        else {
            continue;
        };
        let says = format!(
            "{} of {} ({} %)",
            grouped(used.value),
            grouped(limit.value),
            share.value
        );
        let name = format!("{}, {}", row.name, row.scope);
        let y = picture.row(&name, &says);
        let class = if share.value >= NEAR_PERCENT {
            "over"
        } else {
            "lambda"
        };
        picture.bar("free", y, BEGIN, place(100, most));
        picture.bar(class, y, BEGIN, place(share.value, most));
        drawn += 1;
    }
    picture.upright("near", place(NEAR_PERCENT, most), 2, picture.next - 4);
    picture.upright("full", place(100, most), 2, picture.next - 4);
    picture.note(place(NEAR_PERCENT, most) - 12, &format!("{NEAR_PERCENT} %"));
    picture.note(place(100, most) - 12, "100 %");
    let title = format!("Use of {drawn} quotas; the table below says the same");
    (drawn > 0).then(|| picture.done(&title))
}

/// A text of so many letters at most, its middle left out.
fn shortened(text: &str, most: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= most {
        return text.to_owned();
    }
    let half = most / 2;
    let begin: String = letters[..half].iter().collect();
    let end: String = letters[letters.len() - (most - half - 1)..]
        .iter()
        .collect();
    format!("{begin}…{end}")
}

/// A text that is harmless within an element or an attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in plain(text).chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // No letters of XML.
            '\u{fffe}' | '\u{ffff}' => {}
            letter => safe.push(letter),
        }
    }
    safe
}
