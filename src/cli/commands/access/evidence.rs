//! The snapshot that is asked, and the account in it.

use tripod_access::Access;
use tripod_model::{Account, Arn, Cause, Snapshot};

use crate::args::SnapshotArgs;
use crate::commands::snapshot;
use crate::exit::Failure;

/// A snapshot, and which of its accounts is asked about.
pub(super) struct Evidence {
    pub(super) snapshot: Snapshot,
    account: usize,
}

impl Evidence {
    /// Reads the snapshot. `named` are the ARNs of the question: where nobody chose an account, they do.
    pub(super) fn read(args: &SnapshotArgs, named: &[&str]) -> anyhow::Result<Self> {
        let snapshot = snapshot::read(args)?;
        let account = choose(&snapshot, args, named)?;
        Ok(Self { snapshot, account })
    }

    pub(super) fn account(&self) -> &Account {
        &self.snapshot.accounts[self.account]
    }

    /// The account's policies, parsed.
    pub(super) fn access(&self) -> Result<Access<'_>, Failure> {
        let account = self.account();
        Access::of(account).map_err(|unknown| {
            let cause = Cause::from(unknown);
            let failure = Failure::not_assessed(format!(
                "users, roles and policies of account {} are not in the snapshot: {}",
                account.id,
                cause.text()
            ));
            match cause.permission {
                Some(permission) => failure.hint(format!("scan with the permission {permission}")),
                None => failure.hint("scan again"),
            }
        })
    }
}

fn choose(snapshot: &Snapshot, args: &SnapshotArgs, named: &[&str]) -> Result<usize, Failure> {
    let accounts = &snapshot.accounts;
    let ids = || {
        let ids: Vec<&str> = accounts.iter().map(|account| account.id.as_str()).collect();
        ids.join(", ")
    };
    let place_of = |id: &str| {
        accounts
            .iter()
            .position(|account| account.id.as_str() == id)
    };
    if let Some(id) = &args.account {
        return place_of(id.as_str()).ok_or_else(|| {
            Failure::usage(format!("account {id} is not in the snapshot"))
                .hint(format!("it holds {}", ids()))
        });
    }
    let by_name = || {
        let mut resources = named.iter().map(|text| Arn::new(*text));
        resources.find_map(|arn| place_of(arn.account()?))
    };
    match accounts.len() {
        0 => Err(Failure::not_assessed("the snapshot holds no account")),
        1 => Ok(0),
        _ => by_name().ok_or_else(|| {
            Failure::usage("the snapshot holds several accounts")
                .hint(format!("add --account with one of {}", ids()))
        }),
    }
}
