use std::fs;

use gleaner::{IngestOptions, Report};

use crate::support::Folder;

fn problems(report: &Report) -> Vec<String> {
    report.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn encodings_are_told_apart_and_lines_stay_right() {
    let folder = Folder::new(&[]);
    folder.write(
        "bom.md",
        "\u{feff}---\r\ntitle: Größe\r\n---\r\n\r\nÜber Äpfel\r\nund Birnen.\r\n",
    );
    folder.write(
        "latin.txt",
        b"Ein Titel\n\nSch\xf6ne Gr\xfc\xdfe aus K\xf6ln.",
    );
    let utf16: Vec<u8> = "\u{feff}Ein Wort\n\nSchlüssel"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    folder.write("wide.txt", utf16);
    folder.write("mac.txt", "One\r\rTwo lines\rand a keyword.");
    let report = folder.ingest();
    assert_eq!(
        problems(&report),
        ["latin.txt:3:4: not UTF-8: read as Windows-1252"]
    );
    assert_eq!(folder.paths("schoene OR schöne"), ["latin.txt"]);
    assert_eq!(folder.paths("schlussel"), ["wide.txt"]);
    assert_eq!(folder.paths("title:größe"), ["bom.md"]);
    assert_eq!(folder.search("birnen").hits[0].line, 6);
    assert_eq!(folder.search("keyword").hits[0].line, 4);
}

#[test]
fn broken_front_matter_loses_no_text_and_is_told_with_its_place() {
    let folder = Folder::new(&[]);
    folder.write(
        "broken.md",
        "---\ntitle: Fine\naliases: - %\ntopics: [a, b]\n---\n\nThe text with a keyword.\n",
    );
    folder.write("unclosed.md", "---\ntitle: Open\n\nText with a keyword.\n");
    folder.write(
        "date.md",
        "---\ntitle: When\ndate: 2023-02-30\n---\nText with a keyword.\n",
    );
    folder.write(
        "rule.md",
        "---\n\nA rule above, with a keyword.\n\n---\n\nMore.\n",
    );
    folder.write(
        "hugo.md",
        "+++\ntitle = \"Toml\"\ntags = [\"x\"]\n+++\nText with a keyword.\n",
    );
    let report = folder.ingest();
    let told = problems(&report);
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(told[0].starts_with("broken.md:3:"), "{told:#?}");
    assert!(told[1].starts_with("date.md:3:"), "{told:#?}");
    assert!(
        told[2].starts_with("unclosed.md:1:1: front matter:"),
        "{told:#?}"
    );
    assert_eq!(folder.search("keyword").total, 5);
    assert_eq!(folder.paths("title:fine"), ["broken.md"]);
    assert_eq!(folder.paths("topics:a"), ["broken.md"]);
    assert_eq!(folder.paths("title:toml topics:x"), ["hugo.md"]);
    assert_eq!(
        folder.search("date:2023").total,
        0,
        "an impossible date is none"
    );
}

#[test]
fn what_is_left_out_is_counted_with_its_reason() {
    let folder = Folder::new(&[("a.md", "An article.")]);
    folder.write("binary.md", b"\x7fELF\0\0");
    folder.write("large.md", "x ".repeat(600));
    folder.write("code.rs", "not an article");
    folder.write(".hidden.md", "hidden");
    let mut options = IngestOptions::default();
    options.files.max_size = 1000;
    let report = folder.ingest_with(&options);
    assert_eq!(
        report.to_string(),
        "1 article: 1 added, 0 changed, 0 removed, 0 unchanged, 2 left out"
    );
    assert_eq!(report.files(), 3);
    assert_eq!(
        problems(&report),
        [
            "binary.md: left out: binary (it has NUL bytes)",
            "large.md: left out: 1200 bytes, and the limit is 1000 (raise it with --max-size)"
        ]
    );
    let report = folder.ingest();
    assert_eq!(
        report.to_string(),
        "2 articles: 1 added, 0 changed, 0 removed, 1 unchanged, 1 left out"
    );
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_utf8_is_found_updated_and_removed() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new(&[]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.md");
    let file = folder.articles().join(name);
    if fs::write(&file, "A keyword.").is_err() {
        return; // This file system only takes UTF-8.
    }
    folder.ingest();
    assert_eq!(folder.paths("keyword"), ["caf\u{fffd}.md"]);
    assert!(!folder.search("keyword").hits[0].freshness.is_stale());
    fs::write(&file, "Another word.").expect("written");
    assert_eq!(folder.ingest().changed, 1);
    fs::remove_file(&file).expect("removed");
    fs::write(folder.articles().join("other.md"), "Another article.").expect("written");
    assert_eq!(folder.ingest().removed, 1);
    assert_eq!(folder.search("word").total, 0);
}

#[test]
fn markdown_is_prose_and_identifiers_survive() {
    let text = "# A *heading*\n\nSee [the **docs**](https://example.com/hidden) and `inline_code`:\n\n\
        - VARIANT\\_TRUE\n- ![a chart](chart-hidden.png)\n\n```c\nint main(void);\n```\n\n<dl><dt>term</dt></dl>\n";
    let folder = Folder::new(&[("a.md", text)]);
    folder.ingest();
    let shown = |query: &str| {
        folder
            .search(query)
            .hits
            .first()
            .map(|hit| (hit.snippet.mark("[", "]"), hit.line))
    };
    assert_eq!(
        shown("docs"),
        Some(("See the [docs] and inline_code:".into(), 3))
    );
    assert_eq!(shown("VARIANT_TRUE"), Some(("[VARIANT_TRUE]".into(), 5)));
    assert_eq!(shown("chart"), Some(("a [chart]".into(), 6)));
    assert_eq!(shown("\"int main\""), Some(("[int main](void);".into(), 9)));
    assert_eq!(shown("dt"), None);
    assert_eq!(shown("hidden"), None);
    assert_eq!(folder.paths("heading:heading"), ["a.md"]);
}

#[test]
fn control_characters_in_a_key_part_no_terms() {
    let folder = Folder::new(&[]);
    folder.write(
        "a.md",
        "---\n\"odd\\x1fkey\": value\nfine: value\n---\nText.\n",
    );
    folder.ingest();
    assert_eq!(folder.paths("fine:value"), ["a.md"]);
    assert_eq!(folder.paths("key:value"), [] as [&str; 0]);
}
