//! Landlock: everything but some folders.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    Scope, path_beneath_rules,
};

/// The newest rules we know; older kernels keep those they know.
const NEWEST: ABI = ABI::V6;

/// Takes the folders, and what will be made in them, from this process. Without Landlock in the kernel nothing happens: file
/// rights and the vault's encryption remain.
pub(super) fn keep_out(folders: &[PathBuf]) {
    if !folders.is_empty() {
        let _ = restrict(folders);
    }
}

/// Landlock only grants. So every neighbour on the way down to the folders is granted, and they are not; files made later
/// beside the way are not granted either.
fn restrict(folders: &[PathBuf]) -> Result<(), RulesetError> {
    let folders: Vec<PathBuf> = folders.iter().map(|folder| resolved(folder)).collect();
    let mut granted = Vec::new();
    neighbours(Path::new("/"), &folders, &mut granted);
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?
        .scope(Scope::Signal)?
        .create()?
        .add_rules(path_beneath_rules(granted, AccessFs::from_all(NEWEST)))?
        .restrict_self()?;
    Ok(())
}

/// Without symbolic links as far as it exists, so that no other way leads there.
fn resolved(folder: &Path) -> PathBuf {
    let mut missing = Vec::new();
    for ancestor in folder.ancestors() {
        if let Ok(real) = ancestor.canonicalize() {
            return missing.iter().rev().fold(real, |path, name| path.join(name));
        }
        missing.extend(ancestor.file_name());
    }
    folder.to_path_buf()
}

fn neighbours(folder: &Path, keep_out: &[PathBuf], granted: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if keep_out.contains(&path) {
            continue;
        }
        if keep_out.iter().any(|kept| kept.starts_with(&path)) {
            neighbours(&path, keep_out, granted);
        } else {
            granted.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_on_the_way_are_granted_and_the_folder_is_not_even_before_it_exists() {
        let root = tempfile::tempdir().expect("a directory");
        let root = root.path().canonicalize().expect("real");
        for folder in ["home/a/vault", "home/a/other", "home/b"] {
            std::fs::create_dir_all(root.join(folder)).expect("created");
        }
        std::os::unix::fs::symlink(root.join("home"), root.join("link")).expect("linked");
        let vault = resolved(&root.join("link/a/vault"));
        let later = resolved(&root.join("link/b/later/deep"));
        assert_eq!(vault, root.join("home/a/vault"));
        assert_eq!(later, root.join("home/b/later/deep"));
        let mut granted = Vec::new();
        neighbours(&root, &[vault, later], &mut granted);
        granted.sort();
        assert_eq!(granted, [root.join("home/a/other"), root.join("link")]);
    }
}
