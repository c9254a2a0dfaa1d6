//! How many requests a second the sim answers: kept connections, raw bytes, a generated estate of ten
//! thousand functions.
//!
//! ```text
//! cargo run --release -p tripod-sim --example load -- MODELS [REQUESTS [CONNECTIONS]]
//! ```
//!
//! Prints a line for each call. "on one core" is what the sim's thread would reach with a core of its
//! own, from the time it spent on a processor (Linux only), so that other work on the machine does not
//! count.

use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use tripod_sim::{Sim, Size};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const REGION: &str = "us-east-1";

/// A call of the load: its service's signing name, start line, headers and body.
struct Call {
    name: &'static str,
    /// How many times as many requests of other calls there are: for long answers.
    share: usize,
    service: &'static str,
    line: String,
    headers: &'static str,
    body: String,
}

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let models = arguments
        .next()
        .ok_or("usage: load MODELS [REQUESTS [CONNECTIONS]]")?;
    let requests: usize = arguments.next().as_deref().unwrap_or("20000").parse()?;
    let connections: usize = arguments.next().as_deref().unwrap_or("8").parse()?;
    let size = Size {
        functions: 10_000,
        regions: 1,
        rest_apis: 100,
        interfaces: 1000,
        ..Size::default()
    };
    let sim = Sim::builder().models(models).generated(size);
    let sim = sim.keep_requests(false).start()?;
    let mut out = io::stdout();
    for call in calls(&sim)? {
        // The first request reads the service's model.
        exchange(&mut connect(&sim)?, &text(&call))?;
        let requests = requests.div_ceil(call.share);
        let (wall, busy) = run(&sim, &call, requests, connections)?;
        let rate = |time: Duration| (requests as u128 * 1_000_000_000) / time.as_nanos().max(1);
        let ceiling = busy.map_or("unknown".to_owned(), |busy| rate(busy).to_string());
        writeln!(
            out,
            "{:<28} {:>7} requests/s here, {ceiling:>7} on one core",
            call.name,
            rate(wall)
        )?;
    }
    Ok(())
}

fn calls(sim: &Sim) -> Result<Vec<Call>> {
    let list = Call {
        name: "lambda:ListFunctions",
        share: 10,
        service: "lambda",
        line: "GET /2015-03-31/functions/".to_owned(),
        headers: "",
        body: String::new(),
    };
    let page = exchange(&mut connect(sim)?, &text(&list))?;
    let page: serde_json::Value = serde_json::from_slice(&page)?;
    let name = page["Functions"][7]["FunctionName"]
        .as_str()
        .ok_or("no functions")?
        .to_owned();
    let form = |name, service, share, form: &str| Call {
        name,
        share,
        service,
        line: "POST /".to_owned(),
        headers: "content-type: application/x-www-form-urlencoded\r\n",
        body: form.to_owned(),
    };
    let get = |name, path: String| Call {
        name,
        share: 1,
        service: "lambda",
        line: format!("GET {path}"),
        headers: "",
        body: String::new(),
    };
    Ok(vec![
        get(
            "lambda:GetFunction",
            format!("/2015-03-31/functions/{name}"),
        ),
        get(
            "lambda:GetPolicy",
            format!("/2015-03-31/functions/{name}/policy"),
        ),
        get(
            "lambda:ListFunctionUrlConfigs",
            format!("/2021-10-31/functions/{name}/urls"),
        ),
        list,
        Call {
            name: "kms:ListKeys",
            share: 1,
            service: "kms",
            line: "POST /".to_owned(),
            headers: "x-amz-target: TrentService.ListKeys\r\ncontent-type: application/x-amz-json-1.1\r\n",
            body: "{}".to_owned(),
        },
        Call {
            name: "apigateway:GetRestApis",
            share: 10,
            service: "apigateway",
            line: "GET /restapis?limit=500".to_owned(),
            headers: "",
            body: String::new(),
        },
        form(
            "ec2:DescribeVpcs",
            "ec2",
            1,
            "Action=DescribeVpcs&Version=2016-11-15&MaxResults=1000",
        ),
        form(
            "ec2:DescribeNetworkInterfaces",
            "ec2",
            100,
            "Action=DescribeNetworkInterfaces&Version=2016-11-15&MaxResults=1000",
        ),
    ])
}

fn text(call: &Call) -> Vec<u8> {
    format!(
        "{} HTTP/1.1\r\nhost: sim\r\nuser-agent: load\r\nx-amz-date: 20260101T000000Z\r\nauthorization: AWS4-HMAC-SHA256 Credential=111122223333/20260101/{REGION}/{}/aws4_request, SignedHeaders=host, Signature=0\r\n{}content-length: {}\r\n\r\n{}",
        call.line,
        call.service,
        call.headers,
        call.body.len(),
        call.body
    )
    .into_bytes()
}

fn connect(sim: &Sim) -> Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(sim.endpoint().replace("http://", ""))?;
    stream.set_nodelay(true)?;
    Ok(BufReader::with_capacity(1 << 16, stream))
}

/// One request and its answer's body.
fn exchange(stream: &mut BufReader<TcpStream>, request: &[u8]) -> Result<Vec<u8>> {
    stream.get_mut().write_all(request)?;
    let (mut line, mut length, mut status) = (String::new(), 0, String::new());
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        if status.is_empty() {
            status.clone_from(&line);
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse()?;
        }
        if line == "\r\n" || line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    // A policy that is not there is an answer too.
    if status.starts_with("HTTP/1.1 200") || status.starts_with("HTTP/1.1 404") {
        Ok(body)
    } else {
        Err(format!("{status}{}", String::from_utf8_lossy(&body)).into())
    }
}

/// How long it took, and how long the sim was at work.
fn run(
    sim: &Sim,
    call: &Call,
    requests: usize,
    connections: usize,
) -> Result<(Duration, Option<Duration>)> {
    let left = Arc::new(AtomicUsize::new(requests));
    let (begun, before) = (Instant::now(), busy());
    let mut clients = Vec::new();
    for _ in 0..connections {
        let (mut stream, request, left) = (connect(sim)?, text(call), Arc::clone(&left));
        clients.push(thread::spawn(move || -> Result<()> {
            let one_less = |left: usize| left.checked_sub(1);
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less)
                .is_ok()
            {
                exchange(&mut stream, &request)?;
            }
            Ok(())
        }));
    }
    for client in clients {
        client.join().map_err(|_| "a client panicked")??;
    }
    let busy = busy()
        .zip(before)
        .map(|(after, before)| after.saturating_sub(before));
    Ok((begun.elapsed(), busy))
}

/// The time that the sim's thread has spent on a processor.
fn busy() -> Option<Duration> {
    let tasks = fs::read_dir("/proc/self/task")
        .ok()?
        .flatten()
        .map(|task| task.path());
    let is_sim = |task: &std::path::PathBuf| {
        fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "tripod-sim")
    };
    let task = tasks.into_iter().find(is_sim)?;
    let statistics = fs::read_to_string(task.join("schedstat")).ok()?;
    let nanoseconds = statistics.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}
