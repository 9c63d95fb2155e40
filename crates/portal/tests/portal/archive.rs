//! The archive before foreign judges: Info-ZIP and Python.

use std::process::Command;

use kabinet_portal::archive::{ArchiveFile, build, write};

fn files(folder: &std::path::Path) -> Vec<ArchiveFile> {
    let large = folder.join("large");
    std::fs::write(&large, "строка\n".repeat(100_000)).unwrap();
    vec![
        ArchiveFile::new("req.xml", b"<a/>".to_vec()),
        ArchiveFile::signature("req.xml", vec![0x30, 0x00]),
        ArchiveFile::new("Приложение № 1.txt", large),
        ArchiveFile::new("empty", Vec::new()),
    ]
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|e| panic!("{program}: {e}"));
    assert!(
        output.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn info_zip_finds_the_archive_intact() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.zip");
    std::fs::write(&path, build(&files(folder.path())).unwrap()).unwrap();
    let path = path.to_str().unwrap();
    assert!(run("unzip", &["-t", path]).contains("No errors detected"));
    assert_eq!(run("unzip", &["-p", path, "req.xml"]), "<a/>");
    let list = run("unzip", &["-Z1", path]);
    assert_eq!(list.lines().count(), 4);
    assert!(list.starts_with("req.xml\nreq.xml.sig\n"));
}

#[test]
fn python_reads_the_same_names_and_content_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.zip");
    let mut target = std::fs::File::create(&path).unwrap();
    write(&files(folder.path()), &mut target).unwrap();
    let script = "import sys, zipfile\n\
        sys.stdout.reconfigure(encoding='utf-8')\n\
        z = zipfile.ZipFile(sys.argv[1])\n\
        assert z.testzip() is None\n\
        for i in z.infolist(): print(i.filename, i.file_size, i.is_dir(), i.date_time, i.create_system)";
    let listed = run("python3", &["-c", script, path.to_str().unwrap()]);
    assert_eq!(
        listed.lines().collect::<Vec<_>>(),
        [
            "req.xml 4 False (1980, 1, 1, 0, 0, 0) 3",
            "req.xml.sig 2 False (1980, 1, 1, 0, 0, 0) 3",
            "Приложение № 1.txt 1300000 False (1980, 1, 1, 0, 0, 0) 3",
            "empty 0 False (1980, 1, 1, 0, 0, 0) 3",
        ]
    );
    assert!(
        std::fs::metadata(&path).unwrap().len() < 20_000,
        "the archive is compressed"
    );
}
