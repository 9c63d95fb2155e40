//! Looks at a module file before it is loaded: who could have written it, and is it code for this machine.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::Unloadable;

/// Resolves symbolic links and checks the file: absolute, regular, not writable by everybody, a library for this
/// processor and system. Returns the path to load.
pub fn check_module_file(path: &Path) -> Result<PathBuf, Unloadable> {
    if !path.is_absolute() {
        return Err(Unloadable::NotAbsolute);
    }
    // Windows' canonical form, `\\?\C:\…`, confuses its loader's search for back ends: there the path stays as it is.
    let canonical = path.canonicalize().map_err(|_| Unloadable::Missing)?;
    let path = if cfg!(windows) {
        path.to_path_buf()
    } else {
        canonical
    };
    let metadata = path.metadata().map_err(|_| Unloadable::Missing)?;
    if !metadata.is_file() {
        return Err(Unloadable::NotALibrary);
    }
    refuse_writable_by_everybody(&path)?;
    let mut head = Vec::with_capacity(4096);
    let file = File::open(&path).map_err(|_| Unloadable::Unreadable)?;
    file.take(4096)
        .read_to_end(&mut head)
        .map_err(|_| Unloadable::Unreadable)?;
    check_image(&head)?;
    Ok(path)
}

/// The file itself, and every directory above it in which a stranger could swap it (sticky ones like /tmp are safe).
#[cfg(unix)]
fn refuse_writable_by_everybody(path: &Path) -> Result<(), Unloadable> {
    use std::os::unix::fs::MetadataExt;
    const BY_OTHERS: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    for place in path.ancestors() {
        let metadata = place.metadata().map_err(|_| Unloadable::Unreadable)?;
        let sticky_directory = metadata.is_dir() && metadata.mode() & STICKY != 0;
        if metadata.mode() & BY_OTHERS != 0 && !sticky_directory {
            return Err(Unloadable::WritableByOthers);
        }
    }
    Ok(())
}

/// Windows keeps modules in protected system folders and has no such bit; its access lists are not examined.
#[cfg(not(unix))]
fn refuse_writable_by_everybody(_: &Path) -> Result<(), Unloadable> {
    Ok(())
}

/// Object file formats by their magic numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    Elf,
    Pe,
    MachO,
}

const NATIVE: Format = if cfg!(windows) {
    Format::Pe
} else if cfg!(target_vendor = "apple") {
    Format::MachO
} else {
    Format::Elf
};

/// Architecture names as in `std::env::consts::ARCH` with their numbers in ELF `e_machine`, PE `Machine` and Mach-O
/// `cputype`; zero where the format has none.
const MACHINES: &[(&str, u16, u16, u32)] = &[
    ("x86", 3, 0x014c, 7),
    ("x86_64", 62, 0x8664, 0x0100_0007),
    ("arm", 40, 0x01c4, 12),
    ("aarch64", 183, 0xaa64, 0x0100_000c),
    ("powerpc64", 21, 0, 0),
    ("riscv64", 243, 0x5064, 0),
    ("loongarch64", 258, 0x6264, 0),
];

fn check_image(head: &[u8]) -> Result<(), Unloadable> {
    let (format, machines) = machines(head).ok_or(Unloadable::NotALibrary)?;
    if format != NATIVE {
        return Err(Unloadable::OtherSystem);
    }
    let expected = std::env::consts::ARCH;
    if machines.iter().any(|machine| machine == expected) {
        return Ok(());
    }
    Err(Unloadable::OtherArchitecture {
        found: machines.join(" "),
        expected: expected.into(),
    })
}

/// The architectures the file is for (Mach-O may hold several), or `None` if it is no shared library.
fn machines(head: &[u8]) -> Option<(Format, Vec<String>)> {
    match head.get(..4)? {
        b"\x7fELF" => elf(head).map(|machine| (Format::Elf, vec![machine])),
        [b'M', b'Z', ..] => pe(head).map(|machine| (Format::Pe, vec![machine])),
        [0xcf | 0xce, 0xfa, 0xed, 0xfe] => Some((
            Format::MachO,
            vec![mach_o_name(u32::from_le_bytes(bytes(head, 4)?))],
        )),
        [0xca, 0xfe, 0xba, 0xbe | 0xbf] => fat(head).map(|machines| (Format::MachO, machines)),
        _ => None,
    }
}

/// ELF header: class at 4, byte order at 5, type at 16 (3 = shared object), machine at 18.
fn elf(head: &[u8]) -> Option<String> {
    const SHARED_OBJECT: u16 = 3;
    let number: fn([u8; 2]) -> u16 = match head.get(5)? {
        1 => u16::from_le_bytes,
        2 => u16::from_be_bytes,
        _ => return None,
    };
    if number(bytes(head, 16)?) != SHARED_OBJECT {
        return None;
    }
    let machine = number(bytes(head, 18)?);
    let known = MACHINES.iter().find(|entry| entry.1 == machine);
    let name = known.map_or_else(|| format!("elf-{machine}"), |entry| entry.0.to_owned());
    // x32 and the like: a 64-bit processor with 32-bit pointers cannot be loaded either.
    let narrow = head.get(4) != Some(&2) && name.contains("64");
    Some(if narrow { format!("{name}-32") } else { name })
}

/// DOS header: offset of the PE header at 0x3c; there "PE\0\0", machine, …, characteristics at 22 (0x2000 = DLL).
fn pe(head: &[u8]) -> Option<String> {
    const DLL: u16 = 0x2000;
    let start = usize::try_from(u32::from_le_bytes(bytes(head, 0x3c)?)).ok()?;
    let header = head.get(start..)?;
    if header.get(..4)? != b"PE\0\0" || u16::from_le_bytes(bytes(header, 22)?) & DLL == 0 {
        return None;
    }
    let machine = u16::from_le_bytes(bytes(header, 4)?);
    let known = MACHINES.iter().find(|entry| entry.2 == machine);
    Some(known.map_or_else(|| format!("pe-{machine:#06x}"), |entry| entry.0.to_owned()))
}

/// Universal binary: big-endian count at 4, then records of 20 (or 32) bytes that begin with the CPU type. A Java class
/// has the same magic number, but an implausible count.
fn fat(head: &[u8]) -> Option<Vec<String>> {
    let record = if head.get(3)? == &0xbf { 32 } else { 20 };
    let count = usize::try_from(u32::from_be_bytes(bytes(head, 4)?)).ok()?;
    if !(1..=16).contains(&count) {
        return None;
    }
    (0..count)
        .map(|index| Some(mach_o_name(u32::from_be_bytes(bytes(head, 8 + index * record)?))))
        .collect()
}

fn mach_o_name(cpu: u32) -> String {
    let known = MACHINES.iter().find(|entry| entry.3 == cpu && cpu != 0);
    known.map_or_else(|| format!("mach-o-{cpu:#x}"), |entry| entry.0.to_owned())
}

fn bytes<const N: usize>(head: &[u8], at: usize) -> Option<[u8; N]> {
    head.get(at..at.checked_add(N)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elf_head(class: u8, kind: u16, machine: u16) -> Vec<u8> {
        let mut head = vec![0u8; 64];
        head[..6].copy_from_slice(&[0x7f, b'E', b'L', b'F', class, 1]);
        head[16..18].copy_from_slice(&kind.to_le_bytes());
        head[18..20].copy_from_slice(&machine.to_le_bytes());
        head
    }

    #[test]
    fn programs_and_other_files_are_not_libraries() {
        for head in [
            &b""[..],
            b"MZ",
            b"#!/bin/sh\n",
            &elf_head(2, 2, 62),
            b"\xca\xfe\xba\xbe\0\0\0\x37padding",
        ] {
            assert_eq!(machines(head), None, "{head:?}");
        }
    }

    #[test]
    fn truncated_headers_are_refused_at_every_length() {
        let whole = elf_head(2, 3, 62);
        for length in 0..20 {
            assert_eq!(machines(&whole[..length]), None);
        }
        assert_eq!(machines(&whole[..20]), Some((Format::Elf, vec!["x86_64".into()])));
    }

    #[test]
    fn architectures_are_named_in_all_three_formats() {
        assert_eq!(
            machines(&elf_head(1, 3, 3)),
            Some((Format::Elf, vec!["x86".into()]))
        );
        assert_eq!(
            machines(&elf_head(1, 3, 62)),
            Some((Format::Elf, vec!["x86_64-32".into()]))
        );
        assert_eq!(
            machines(&elf_head(2, 3, 9999)),
            Some((Format::Elf, vec!["elf-9999".into()]))
        );
        let mut pe = vec![0u8; 0x100];
        pe[..2].copy_from_slice(b"MZ");
        pe[0x3c] = 0x80;
        pe[0x80..0x86].copy_from_slice(b"PE\0\0\x4c\x01");
        pe[0x96..0x98].copy_from_slice(&0x2102u16.to_le_bytes());
        assert_eq!(machines(&pe), Some((Format::Pe, vec!["x86".into()])));
        let mut fat = b"\xca\xfe\xba\xbe\0\0\0\x02".to_vec();
        fat.extend(0x0100_0007u32.to_be_bytes());
        fat.extend([0; 16]);
        fat.extend(0x0100_000cu32.to_be_bytes());
        assert_eq!(
            machines(&fat),
            Some((Format::MachO, vec!["x86_64".into(), "aarch64".into()]))
        );
    }

    #[test]
    fn a_library_of_another_system_is_told_from_a_wrong_processor() {
        #[cfg(target_os = "linux")]
        assert_eq!(
            check_image(b"\xcf\xfa\xed\xfe\x07\0\0\x01"),
            Err(Unloadable::OtherSystem)
        );
    }
}
