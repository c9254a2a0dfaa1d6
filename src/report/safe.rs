//! JSON that is harmless where it is shown, and written a piece at a time.

use std::io;

use serde::ser::{Serialize, Serializer};

use crate::plain::steers;

/// Escapes what a terminal acts on above the first 32 characters, which JSON leaves as it is. Such a
/// character can only stand within a string, where its escape means the same.
pub(crate) struct Safe<'a>(pub(crate) &'a mut dyn io::Write);

impl io::Write for Safe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // serde_json hands over whole texts, never a part of a character.
        let text = str::from_utf8(bytes).map_err(io::Error::other)?;
        let mut begin = 0;
        for (at, character) in text.char_indices().filter(|(_, one)| acts(*one)) {
            self.0.write_all(&bytes[begin..at])?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(self.0, "\\u{unit:04x}")?;
            }
            begin = at + character.len_utf8();
        }
        self.0.write_all(&bytes[begin..])?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn acts(character: char) -> bool {
    character != '\n' && steers(character)
}

/// Writes one value on a line of its own.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn line(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer(Safe(out), value)?;
    out.write_all(b"\n")
}

/// A list whose items are made while it is written, so that none but the current one takes memory.
pub(crate) struct Listed<F>(pub(crate) F);

impl<F, I> Serialize for Listed<F>
where
    F: Fn() -> I,
    I: Iterator,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0())
    }
}
