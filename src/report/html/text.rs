//! Markup under construction. Markup comes from literals of this program alone; every other text is made harmless
//! on its way in, so that no renderer can forget it.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::extras::Picture;
use crate::plain::steers;

/// Characters of one text from AWS that the page carries; the JSON report has them all.
const LONGEST: usize = 2_000;

/// A piece of the page.
#[derive(Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// Markup of our own.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// A text from anywhere, for an element's content or a quoted attribute.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.verbatim(&shown(text))
    }

    /// A text of the program that keeps its lines and its length, such as a command.
    pub(super) fn verbatim(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                other => self.0.push(other),
            }
        }
        self
    }

    /// A count, its thousands apart.
    pub(super) fn count(&mut self, count: u64) -> &mut Self {
        self.0.push_str(&grouped(count));
        self
    }

    /// A length or place of a drawing.
    pub(super) fn figure(&mut self, figure: u64) -> &mut Self {
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{figure}");
        self
    }

    /// A picture in a tree of its own: its names and styles touch nothing else of the page.
    pub(super) fn picture(&mut self, picture: &Picture) -> &mut Self {
        self.raw("<template shadowrootmode=\"open\">");
        if !picture.style().is_empty() {
            self.raw("<style>");
            self.0.push_str(picture.style());
            self.raw("</style>");
        }
        self.0.push_str(picture.svg());
        self.raw("</template>")
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }

    #[cfg(test)]
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A count, its thousands apart.
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 region", "2 regions".
pub(super) fn counted(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", grouped(count))
}

/// The text on one line and not endless. Characters that would reorder or hide others, or steer a terminal that the
/// file is shown on, are spelt out: an auditor should see that a name holds one.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    // A text has no more characters than bytes.
    if text.len() <= LONGEST && !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(LONGEST + 64));
    for character in text.chars().take(LONGEST) {
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            _ if steers(character) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    let missing = text.chars().skip(LONGEST).count();
    if missing > 0 {
        let _ = write!(out, "… ({missing} more characters)");
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::{Html, grouped, shown};

    #[test]
    fn no_text_becomes_markup() {
        let mut html = Html::default();
        html.raw("<p title=\"")
            .text("\" onload='x'")
            .raw("\">")
            .text("<script>&</script>");
        assert_eq!(
            html.as_str(),
            "<p title=\"&quot; onload=&#39;x&#39;\">&lt;script&gt;&amp;&lt;/script&gt;"
        );
    }

    #[test]
    fn characters_that_steer_are_spelt_out() {
        assert_eq!(shown("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(shown("user\u{202e}gnp.exe"), "user\\u{202e}gnp.exe");
        assert_eq!(shown("two\nlines"), "two lines");
        assert_eq!(shown("größe 請求 👩‍💻"), "größe 請求 👩‍💻");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let text = "é".repeat(10_000);
        let cut = shown(&text);
        assert!(cut.ends_with("é… (8000 more characters)"));
        assert_eq!(cut.chars().filter(|one| *one == 'é').count(), 2_000);
        let fits = "é".repeat(2_000);
        assert_eq!(shown(&fits), fits);
    }

    #[test]
    fn thousands_are_apart() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
