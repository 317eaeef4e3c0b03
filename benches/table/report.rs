//! Tables of Markdown.

/// Prints the heading of a row.
pub(crate) fn heading(name: &str, what: &str) {
    println!("\n### `{name}`: {what}\n");
}

/// Prints a table.
pub(crate) fn table(columns: &[&str], rows: &[Vec<String>]) {
    println!("| {} |", columns.join(" | "));
    println!("|{}", " --- |".repeat(columns.len()));
    for row in rows {
        println!("| {} |", row.join(" | "));
    }
}

/// Microseconds in at most three figures or so.
pub(crate) fn micros(micros: f64) -> String {
    match micros {
        ..100.0 => format!("{micros:.1}"),
        ..100_000.0 => format!("{micros:.0}"),
        _ => format!("{:.0}k", micros / 1e3),
    }
}

/// Bytes as megabytes, of a million bytes each.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1e6)
}

/// Microseconds as seconds.
pub(crate) fn seconds(micros: f64) -> String {
    format!("{:.3}", micros / 1e6)
}
