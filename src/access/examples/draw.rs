//! Draws the escalation paths of a snapshot: `draw SNAPSHOT dot|svg|html`, on standard output.

#![expect(clippy::print_stdout, reason = "an example prints what it draws")]

use std::error::Error;

use tripod_access::Access;
use tripod_access::escalation::{Escalation, dot, html, svg};
use tripod_model::Snapshot;

fn main() -> Result<(), Box<dyn Error>> {
    let mut given = std::env::args().skip(1);
    let (file, format) = (given.next().ok_or("which snapshot?")?, given.next());
    let snapshot: Snapshot = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    for account in &snapshot.accounts {
        let access = Access::of(account).map_err(|unknown| format!("{unknown:?}"))?;
        let paths = Escalation::of(&access, snapshot.run.observed).all();
        match format.as_deref() {
            Some("dot") => print!("{}", dot(&paths)),
            Some("svg") => print!("{}", svg(&paths)),
            Some("html") => print!("{}", html(&paths)),
            _ => println!("{}", serde_json::to_string_pretty(&paths)?),
        }
    }
    Ok(())
}
