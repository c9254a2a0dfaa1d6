//! HTTP/1.1, as little as a fake needs: read a request, write an answer, keep the connection.
//!
//! Not hyper: its server feature would rebuild the whole AWS SDK in test builds, and a fake must be
//! able to do what a correct server library forbids (cut, truncate, hang).

use std::fmt::Write;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// No request of the control plane comes near these.
const MAX_HEAD: usize = 64 << 10;
const MAX_BODY: usize = 64 << 20;

/// A request as it came; header names in lower case.
#[derive(Debug, Clone, Default)]
pub(crate) struct HttpRequest {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl HttpRequest {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(have, _)| have == name)
            .map(|(_, value)| value.as_str())
    }
}

/// An answer to write.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut reply = Self {
            status,
            headers: Vec::new(),
            body: body.into(),
        };
        reply.header("content-type", content_type);
        reply
    }

    pub(crate) fn header(&mut self, name: &str, value: &str) {
        // A value from an estate must not be able to end the header.
        let value: String = value.chars().filter(|c| !c.is_control()).collect();
        self.headers.retain(|(have, _)| have != name);
        self.headers.push((name.to_owned(), value));
    }
}

/// How a request is answered, and after how long.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) wait: Duration,
    pub(crate) act: Act,
}

/// What happens to the connection.
#[derive(Debug)]
pub(crate) enum Act {
    Reply(Reply),
    /// Closed without a byte.
    Cut,
    /// Half of the body, then closed.
    Truncate(Reply),
    /// Nothing, for as long as the client waits.
    Hang,
    /// The head, then the body byte by byte with this pause before each.
    Trickle(Reply, Duration),
}

impl Act {
    /// The status on the wire; 0 if there is none.
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::Reply(reply) | Self::Truncate(reply) | Self::Trickle(reply, _) => reply.status,
            Self::Cut | Self::Hang => 0,
        }
    }
}

impl Outcome {
    /// The same in a time that runs faster by this factor.
    pub(crate) fn sped_up(mut self, speed: f64) -> Self {
        self.wait = self.wait.div_f64(speed);
        if let Act::Trickle(_, pause) = &mut self.act {
            *pause = pause.div_f64(speed);
        }
        self
    }
}

impl From<Act> for Outcome {
    fn from(act: Act) -> Self {
        Self {
            wait: Duration::ZERO,
            act,
        }
    }
}

/// Answers requests. Behind a trait so that the connection can be tested alone.
pub(crate) trait Handler: Send + Sync + 'static {
    fn handle(&self, request: &HttpRequest) -> Outcome;
}

/// Serves until the task is dropped.
pub(crate) async fn serve<H: Handler>(listener: TcpListener, handler: Arc<H>) {
    loop {
        // Accepting fails when the peer is gone already or descriptors run out; both pass.
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let handler = Arc::clone(&handler);
        tokio::spawn(async move {
            // A client that goes away in the middle is its own business.
            let _ = Connection {
                stream,
                buffer: Vec::new(),
            }
            .run(&*handler)
            .await;
        });
    }
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// Why reading a request ended without one.
enum Stop {
    Closed,
    Bad(&'static str),
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The start line and headers, and how many bytes they took.
struct Head {
    request: HttpRequest,
    length: usize,
    keep_alive: bool,
}

impl Connection {
    async fn run<H: Handler>(mut self, handler: &H) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        loop {
            let (request, keep_alive) = match self.read().await {
                Ok(read) => read,
                Err(Stop::Closed) => return Ok(()),
                Err(Stop::Io(error)) => return Err(error),
                Err(Stop::Bad(why)) => {
                    return self
                        .write(&Reply::new(400, "text/plain", why), false, false)
                        .await;
                }
            };
            let head_only = request.method == "HEAD";
            let outcome = handler.handle(&request);
            if !outcome.wait.is_zero() {
                tokio::time::sleep(outcome.wait).await;
            }
            match outcome.act {
                Act::Reply(reply) => self.write(&reply, keep_alive, head_only).await?,
                Act::Cut => return Ok(()),
                Act::Truncate(reply) => return self.truncate(&reply).await,
                Act::Hang => return self.hang().await,
                Act::Trickle(reply, pause) => self.trickle(&reply, keep_alive, pause).await?,
            }
            if !keep_alive {
                return self.stream.shutdown().await;
            }
        }
    }

    async fn read(&mut self) -> Result<(HttpRequest, bool), Stop> {
        let head = loop {
            if let Some(head) = parse_head(&self.buffer)? {
                break head;
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(Stop::Bad("request head too long"));
            }
            self.fill().await?;
        };
        self.buffer.drain(..head.length);
        let mut request = head.request;
        if request
            .header("expect")
            .is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
        {
            self.stream
                .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
                .await?;
        }
        request.body = self.read_body(&request).await?;
        Ok((request, head.keep_alive))
    }

    async fn read_body(&mut self, request: &HttpRequest) -> Result<Vec<u8>, Stop> {
        if request
            .header("transfer-encoding")
            .is_some_and(|value| value.eq_ignore_ascii_case("chunked"))
        {
            return self.read_chunks().await;
        }
        let Some(length) = request.header("content-length") else {
            return Ok(Vec::new());
        };
        let length = length
            .trim()
            .parse()
            .map_err(|_| Stop::Bad("bad content-length"))?;
        self.take(length).await
    }

    async fn read_chunks(&mut self) -> Result<Vec<u8>, Stop> {
        let mut body = Vec::new();
        loop {
            let line = self.take_line().await?;
            let size = line.split(';').next().unwrap_or("").trim();
            let size = usize::from_str_radix(size, 16).map_err(|_| Stop::Bad("bad chunk size"))?;
            if size == 0 {
                // Trailers, then an empty line.
                while !self.take_line().await?.is_empty() {}
                return Ok(body);
            }
            if body.len().saturating_add(size) > MAX_BODY {
                return Err(Stop::Bad("request body too long"));
            }
            body.extend(self.take(size).await?);
            self.take_line().await?;
        }
    }

    async fn take_line(&mut self) -> Result<String, Stop> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line: Vec<u8> = self.buffer.drain(..end + 2).collect();
                return Ok(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(Stop::Bad("chunk line too long"));
            }
            self.fill().await?;
        }
    }

    async fn take(&mut self, length: usize) -> Result<Vec<u8>, Stop> {
        if length > MAX_BODY {
            return Err(Stop::Bad("request body too long"));
        }
        while self.buffer.len() < length {
            self.fill().await?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    async fn fill(&mut self) -> Result<(), Stop> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(Stop::Closed),
            _ => Ok(()),
        }
    }

    async fn write(&mut self, reply: &Reply, keep_alive: bool, head_only: bool) -> io::Result<()> {
        let mut bytes = head_of(reply, keep_alive);
        if !head_only {
            bytes.extend_from_slice(&reply.body);
        }
        self.stream.write_all(&bytes).await
    }

    async fn truncate(&mut self, reply: &Reply) -> io::Result<()> {
        let mut bytes = head_of(reply, true);
        bytes.extend_from_slice(&reply.body[..reply.body.len() / 2]);
        self.stream.write_all(&bytes).await?;
        self.stream.shutdown().await
    }

    async fn trickle(
        &mut self,
        reply: &Reply,
        keep_alive: bool,
        pause: Duration,
    ) -> io::Result<()> {
        self.stream.write_all(&head_of(reply, keep_alive)).await?;
        for byte in &reply.body {
            tokio::time::sleep(pause).await;
            self.stream.write_all(&[*byte]).await?;
        }
        Ok(())
    }

    /// Reads on, so that it notices when the client gives up.
    async fn hang(&mut self) -> io::Result<()> {
        let mut waste = [0; 1024];
        while self.stream.read(&mut waste).await? > 0 {}
        Ok(())
    }
}

fn head_of(reply: &Reply, keep_alive: bool) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", reply.status, reason(reply.status));
    for (name, value) in &reply.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let connection = if keep_alive { "keep-alive" } else { "close" };
    let _ = write!(
        head,
        "content-length: {}\r\nconnection: {connection}\r\n\r\n",
        reply.body.len()
    );
    head.into_bytes()
}

pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        409 => "Conflict",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    }
}

fn parse_head(buffer: &[u8]) -> Result<Option<Head>, Stop> {
    let mut headers = [httparse::EMPTY_HEADER; 100];
    let mut parsed = httparse::Request::new(&mut headers);
    let length = match parsed.parse(buffer) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err(Stop::Bad("malformed request head")),
    };
    let target = parsed.path.unwrap_or("/");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = parsed.headers.iter();
    let request = HttpRequest {
        method: parsed.method.unwrap_or("GET").to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: headers
            .map(|header| {
                (
                    header.name.to_ascii_lowercase(),
                    String::from_utf8_lossy(header.value).trim().to_owned(),
                )
            })
            .collect(),
        body: Vec::new(),
    };
    let keep_alive = match request.header("connection") {
        Some(value) => !value.eq_ignore_ascii_case("close"),
        None => parsed.version == Some(1),
    };
    Ok(Some(Head {
        request,
        length,
        keep_alive,
    }))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{Shutdown, TcpStream as StdStream};
    use std::time::Instant;

    use super::*;

    struct Echo;

    impl Handler for Echo {
        fn handle(&self, request: &HttpRequest) -> Outcome {
            let reply = Reply::new(200, "text/plain", request.body.clone());
            let act = match request.path.as_str() {
                "/cut" => Act::Cut,
                "/half" => Act::Truncate(reply),
                "/slow" => Act::Trickle(reply, Duration::from_millis(20)),
                _ => Act::Reply(reply),
            };
            act.into()
        }
    }

    /// Sends bytes over one connection and reads until the server closes it.
    fn talk(bytes: &[u8]) -> String {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        runtime.spawn(serve(listener, Arc::new(Echo)));
        let mut stream = StdStream::connect(address).expect("a connection");
        stream.write_all(bytes).expect("written");
        stream.shutdown(Shutdown::Write).expect("half closed");
        let mut answer = String::new();
        // A cut connection may end in a reset, which is as good as an end here.
        let _ = stream.read_to_string(&mut answer);
        answer
    }

    #[test]
    fn keeps_the_connection_for_a_second_request() {
        let answer =
            talk(b"POST /a HTTP/1.1\r\ncontent-length: 3\r\n\r\noneGET /b HTTP/1.1\r\n\r\n");
        assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 2, "{answer}");
        assert!(answer.contains("\r\n\r\none"), "{answer}");
    }

    #[test]
    fn reads_chunks_and_answers_expect() {
        let answer = talk(b"POST / HTTP/1.1\r\nexpect: 100-continue\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 100 Continue"), "{answer}");
        assert!(answer.ends_with("abcde"), "{answer}");
    }

    #[test]
    fn garbage_is_a_bad_request() {
        for garbage in [
            &b"\x00\x01\x02\r\n\r\n"[..],
            b"POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n",
            b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        ] {
            assert!(talk(garbage).starts_with("HTTP/1.1 400"), "{garbage:?}");
        }
    }

    #[test]
    fn a_trickled_answer_is_whole_and_takes_its_time() {
        let begun = Instant::now();
        let answer = talk(b"POST /slow HTTP/1.1\r\ncontent-length: 4\r\n\r\nabcd");
        assert!(answer.ends_with("\r\n\r\nabcd"), "{answer}");
        assert!(begun.elapsed() >= Duration::from_millis(80));
    }

    #[test]
    fn cuts_and_truncates() {
        assert_eq!(talk(b"GET /cut HTTP/1.1\r\n\r\n"), "");
        let half = talk(b"POST /half HTTP/1.1\r\ncontent-length: 4\r\n\r\nabcd");
        assert!(
            half.contains("content-length: 4") && half.ends_with("\r\n\r\nab"),
            "{half}"
        );
    }
}
