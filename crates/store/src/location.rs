//! Is a folder on this computer? A vault on a network share loses data sooner or later, so it is refused.

use std::path::Path;

use crate::StoreError;

/// Refuses folders on network file systems. A folder that does not exist yet is judged by its nearest ancestor.
///
/// # Errors
/// [`StoreError::NetworkFolder`].
pub fn require_local(dir: &Path) -> Result<(), StoreError> {
    let existing = dir.ancestors().find(|path| path.exists());
    if existing.is_some_and(is_network) {
        Err(StoreError::NetworkFolder)
    } else {
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn is_network(dir: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let Ok(stat) = rustix::fs::statfs(dir) else {
        return false;
    };
    // The field's width and sign differ between architectures; the magic numbers are 32-bit.
    let magic = stat.f_type as u32;
    if magic != linux::FUSE {
        return linux::NETWORK.contains(&magic);
    }
    let Ok(device) = dir.metadata().map(|metadata| metadata.dev()) else {
        return false;
    };
    let device = format!("{}:{}", rustix::fs::major(device), rustix::fs::minor(device));
    std::fs::read_to_string("/proc/self/mountinfo")
        .is_ok_and(|mounts| linux::file_system_type(&mounts, &device).is_some_and(linux::is_network_fuse))
}

/// Whether the file system under a path knows no access rights, as those of removable drives.
#[cfg(target_os = "linux")]
pub(crate) fn has_no_modes(path: &Path) -> bool {
    rustix::fs::statfs(path).is_ok_and(|stat| linux::MODELESS.contains(&(stat.f_type as u32)))
}

// macOS takes rights on such drives and does not keep them.
#[cfg(all(unix, not(target_os = "linux")))]
pub(crate) fn has_no_modes(_path: &Path) -> bool {
    false
}

// Windows and macOS: every folder counts as local until the check is written for them.
#[cfg(not(target_os = "linux"))]
fn is_network(_dir: &Path) -> bool {
    false
}

#[cfg(target_os = "linux")]
mod linux {
    /// `statfs(2)` magic numbers: NFS, SMB, CIFS, SMB2, NCP, Coda, AFS (two), Ceph, 9P, Lustre, GFS2, OCFS2.
    pub(super) const NETWORK: [u32; 13] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x564c,
        0x7375_7245,
        0x5346_414f,
        0x6b41_4653,
        0x00c3_6400,
        0x0102_1997,
        0x0bd0_0bd0,
        0x0116_1970,
        0x7461_636f,
    ];
    /// FAT, exFAT, NTFS (two drivers), and the network file systems SMB and CIFS, which keep modes only where the server does.
    pub(super) const MODELESS: [u32; 8] = [
        0x4d44,
        0x2011_bab0,
        0x5346_544e,
        0x7366_746e,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        FUSE,
    ];
    /// FUSE carries both local (NTFS, gocryptfs) and network file systems.
    pub(super) const FUSE: u32 = 0x6573_5546;

    const NETWORK_FUSE: [&str; 12] = [
        "sshfs",
        "rclone",
        "s3fs",
        "davfs",
        "davfs2",
        "curlftpfs",
        "gvfsd-fuse",
        "kio-fuse",
        "smbnetfs",
        "glusterfs",
        "ceph-fuse",
        "onedriver",
    ];

    pub(super) fn is_network_fuse(file_system: &str) -> bool {
        let name = file_system.strip_prefix("fuse.").unwrap_or(file_system);
        NETWORK_FUSE.contains(&name)
    }

    /// Type of the file system mounted as `device` (`major:minor`); format of proc(5), `mountinfo`.
    pub(super) fn file_system_type<'a>(mountinfo: &'a str, device: &str) -> Option<&'a str> {
        mountinfo.lines().find_map(|line| {
            let (mount, source) = line.split_once(" - ")?;
            (mount.split(' ').nth(2) == Some(device)).then(|| source.split(' ').next())?
        })
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        const MOUNTS: &str = "\
36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
61 29 0:52 / /home/user/share rw,nosuid,nodev - fuse.sshfs host:/srv rw,user_id=1000
62 29 0:53 / /home/user/vault rw,nosuid,nodev shared:3 - fuse.gocryptfs /home/user/.c rw
63 29 8:17 / /media/disk rw - fuseblk /dev/sdb1 rw";

        #[test]
        fn network_fuse_is_told_from_local_fuse() {
            let judge = |device| file_system_type(MOUNTS, device).map(is_network_fuse);
            assert_eq!(judge("0:52"), Some(true));
            assert_eq!(judge("0:53"), Some(false));
            assert_eq!(judge("8:17"), Some(false));
            assert_eq!(judge("9:9"), None);
        }

        #[test]
        fn the_common_shares_are_listed() {
            // linux/magic.h: NFS, SMB, CIFS, SMB2; and not ext4, btrfs, tmpfs, overlay.
            assert!(
                [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42]
                    .iter()
                    .all(|magic| NETWORK.contains(magic))
            );
            assert!(
                [0xef53, 0x9123_683e, 0x0102_1994, 0x794c_7630]
                    .iter()
                    .all(|m| !NETWORK.contains(m))
            );
        }
    }
}
