//! Paths as pictures: pure functions from paths to text, each picture whole in itself. Names come from
//! AWS and are hostile: they are escaped, and control characters and those that turn the direction of
//! writing are shown as a box.

mod dot;
mod html;
mod layout;
mod svg;

#[cfg(test)]
mod tests;

pub use dot::dot;
pub use html::html;
pub use svg::{picture, svg};

/// A text safe within an element or an attribute of XML and HTML.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(visible(letter)),
        }
    }
    safe
}

/// The letter, or a box for one that nobody sees.
fn visible(letter: char) -> char {
    let turns = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let none = matches!(letter, '\u{fffe}' | '\u{ffff}');
    if letter.is_control() || turns || none {
        '\u{25a1}'
    } else {
        letter
    }
}

/// A text of so many letters at most, its middle left out.
fn shortened(text: &str, most: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= most {
        return text.to_owned();
    }
    let head = most / 2;
    let tail = most - head - 1;
    let begin: String = letters[..head].iter().collect();
    let end: String = letters[letters.len() - tail..].iter().collect();
    format!("{begin}…{end}")
}
