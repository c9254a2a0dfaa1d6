//! A recording: one header line and one line for each exchange, JSON, gzip.
//!
//! Every line is flushed to its own end of the compressed stream, so that a run that was killed leaves
//! a file that can be read up to its last whole line.

use std::io::{self, BufRead, BufReader, Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tripod_model::{Exchange, RegionName};

/// The value of [`Header::schema`].
pub const RECORDING_SCHEMA: &str = "tripod.recording.v1";

/// What a reader has to know before the first exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`RECORDING_SCHEMA`].
    pub schema: String,
    /// When the recording began: what checks take for today.
    pub observed: Timestamp,
    /// The region that global services were asked in.
    pub home: RegionName,
    /// The endpoint, where it was not AWS's own.
    pub endpoint: Option<String>,
    /// The regions to scan, so that a resumed run asks for the same; none for all that the account uses.
    #[serde(default)]
    pub regions: Option<Vec<RegionName>>,
    /// Whether it was asked what principals have used.
    #[serde(default)]
    pub last_accessed: bool,
    /// Whether every bucket was read.
    #[serde(default)]
    pub all_buckets: bool,
}

/// A file that is not a recording this version can read.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file could not be read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The first line is no header.
    #[error("is not a Tripod recording: {0}")]
    Header(#[source] serde_json::Error),
    /// A recording of another version.
    #[error("has the schema '{found}', this version of Tripod reads '{RECORDING_SCHEMA}'")]
    Schema {
        /// What the file says.
        found: String,
    },
    /// A line in the middle is no exchange.
    #[error("is damaged at line {line}: {source}")]
    Damaged {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// A recording as read.
#[derive(Debug)]
pub struct ReadRecording {
    /// Its header.
    pub header: Header,
    /// Its exchanges, in the order they were recorded.
    pub exchanges: Vec<Exchange>,
    /// Whether the end is missing: the run was cut off.
    pub truncated: bool,
}

/// Writes a recording line by line.
#[derive(Debug)]
pub struct RecordingWriter<W: Write> {
    out: GzEncoder<W>,
}

impl<W: Write> RecordingWriter<W> {
    /// Begins a recording with its header.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn begin(out: W, header: &Header) -> io::Result<Self> {
        let mut writer = Self {
            out: GzEncoder::new(out, Compression::default()),
        };
        writer.line(header)?;
        Ok(writer)
    }

    /// Adds an exchange, and sees to it that it can be read whatever happens next.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(&mut self, exchange: &Exchange) -> io::Result<()> {
        self.line(exchange)
    }

    /// Ends the recording and gives back what it was written to.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.out.finish()
    }

    fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, value)?;
        self.out.write_all(b"\n")?;
        self.out.flush()
    }
}

impl RecordingWriter<std::fs::File> {
    /// Sees to it that what was added survives a loss of power.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn sync(&mut self) -> io::Result<()> {
        self.out.get_ref().sync_all()
    }
}

/// Reads a recording. A cut-off end is noted, everything before it is there.
///
/// # Errors
/// When it is not a recording, of another version, or damaged before its end.
pub fn read_recording(input: impl Read) -> Result<ReadRecording, RecordingError> {
    let mut lines = Lines {
        input: BufReader::new(MultiGzDecoder::new(input)),
        truncated: false,
    };
    let first = lines.next_line()?.unwrap_or_default();
    let header = header(&first)?;
    let mut exchanges = Vec::new();
    let mut number = 1;
    while let Some(text) = lines.next_line()? {
        number += 1;
        match serde_json::from_str(&text) {
            Ok(exchange) => exchanges.push(exchange),
            // The last line of a run that was killed.
            Err(_) if lines.truncated => break,
            Err(source) => {
                return Err(RecordingError::Damaged {
                    line: number,
                    source,
                });
            }
        }
    }
    Ok(ReadRecording {
        header,
        exchanges,
        truncated: lines.truncated,
    })
}

fn header(line: &str) -> Result<Header, RecordingError> {
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    let head: Head = serde_json::from_str(line).map_err(RecordingError::Header)?;
    if head.schema != RECORDING_SCHEMA {
        return Err(RecordingError::Schema { found: head.schema });
    }
    serde_json::from_str(line).map_err(RecordingError::Header)
}

struct Lines<R: Read> {
    input: BufReader<MultiGzDecoder<R>>,
    truncated: bool,
}

impl<R: Read> Lines<R> {
    fn next_line(&mut self) -> io::Result<Option<String>> {
        if self.truncated {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        match self.input.read_until(b'\n', &mut bytes) {
            Ok(0) => return Ok(None),
            Ok(_) => self.truncated = !bytes.ends_with(b"\n"),
            // What a compressed stream without its end answers.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => self.truncated = true,
            Err(error) => return Err(error),
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;
    use tripod_model::AccountId;

    use super::*;

    fn head() -> Header {
        Header {
            schema: RECORDING_SCHEMA.to_owned(),
            observed: "2026-11-22T00:00:00Z".parse().expect("a time"),
            home: RegionName::new("eu-central-1"),
            endpoint: None,
            regions: None,
            last_accessed: false,
            all_buckets: false,
        }
    }

    fn exchange(number: u32) -> Exchange {
        let account = AccountId::new("111122223333");
        let region = RegionName::new("eu-central-1");
        let parameters = json!({ "page": number });
        Exchange {
            id: Exchange::id_of(&account, &region, "lambda:ListFunctions", &parameters),
            account,
            region,
            operation: "lambda:ListFunctions".to_owned(),
            parameters,
            attempt: 1,
            time: head().observed,
            status: 200,
            request_id: None,
            headers: BTreeMap::new(),
            original_sha256: String::new(),
            sha256: String::new(),
            body: format!("{{\"page\":{number}}}"),
        }
    }

    fn recorded(count: u32) -> Vec<u8> {
        let mut writer = RecordingWriter::begin(Vec::new(), &head()).expect("writes");
        for number in 0..count {
            writer.add(&exchange(number)).expect("writes");
        }
        writer.finish().expect("writes")
    }

    #[test]
    fn a_recording_reads_back_whole() {
        let read = read_recording(recorded(3).as_slice()).expect("reads");
        assert_eq!(read.header, head());
        assert_eq!(read.exchanges, vec![exchange(0), exchange(1), exchange(2)]);
        assert!(!read.truncated);
    }

    #[test]
    fn a_recording_cut_anywhere_gives_a_whole_number_of_its_first_exchanges() {
        let whole = recorded(3);
        let all = [exchange(0), exchange(1), exchange(2)];
        let mut seen = 0;
        for length in 0..whole.len() {
            // Without its header there is nothing to read: an error, not an empty recording.
            if let Ok(read) = read_recording(&whole[..length]) {
                assert!(all.starts_with(&read.exchanges), "cut at {length}");
                assert!(read.exchanges.len() >= seen, "a longer file holds no less");
                seen = read.exchanges.len();
            }
        }
        assert_eq!(seen, 3, "all exchanges are readable before the trailer");
    }

    #[test]
    fn another_file_is_refused() {
        assert!(read_recording(&b"hello"[..]).is_err());
        let mut other = head();
        other.schema = "tripod.recording.v9".to_owned();
        let bytes = RecordingWriter::begin(Vec::new(), &other)
            .and_then(RecordingWriter::finish)
            .expect("writes");
        assert!(matches!(
            read_recording(bytes.as_slice()),
            Err(RecordingError::Schema { found }) if found == "tripod.recording.v9"
        ));
    }
}
