//! Where things lie by default.

use std::env;
use std::path::PathBuf;

use tripod_archive::Store;

use crate::args::StoreArgs;
use crate::exit::Failure;

/// The store: as given, or `tripod` in the user's data folder.
/// <https://specifications.freedesktop.org/basedir-spec/latest/>
pub(crate) fn store(args: &StoreArgs) -> Result<Store, Failure> {
    let given = args.store.clone();
    let folder = given.or_else(data_folder).ok_or_else(|| {
        Failure::usage("there is no folder for runs: neither XDG_DATA_HOME nor HOME is set")
            .hint("name one by --store DIR, or do not keep the run by --no-save")
    })?;
    Ok(Store::new(folder))
}

/// The profile that the environment names.
pub(crate) fn profile() -> Option<String> {
    env::var("AWS_PROFILE").ok().filter(|name| !name.is_empty())
}

fn data_folder() -> Option<PathBuf> {
    let set = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let base = set("XDG_DATA_HOME").or_else(|| Some(set("HOME")?.join(".local/share")))?;
    Some(base.join("tripod"))
}
