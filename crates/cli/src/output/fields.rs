//! The front-matter keys as a table.

use std::io::Write;

use gleaner::FieldSummary;

use super::printable;
use crate::console::Console;
use crate::failure::Failure;

/// Longest sample that is shown whole, in characters.
const LONGEST_SAMPLE: usize = 40;
/// Columns of the name; the row of a longer one is pushed to the right.
const NAME_WIDTH: usize = 32;
/// Columns that the table needs. In fewer, each name has a line by itself.
const TABLE_WIDTH: usize = 60;

/// Writes two lines a key: its numbers and types, and its most frequent values.
pub(crate) fn write(
    fields: &[FieldSummary],
    articles: u64,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    if fields.is_empty() {
        return Ok(());
    }
    let out = &mut console.out;
    let (name, width) = ("key", console.width);
    let is_table = width >= TABLE_WIDTH;
    if is_table {
        writeln!(out, "{name:<NAME_WIDTH$}    articles  values  type")?;
    }
    for field in fields {
        let share = share(field.articles, articles);
        let types: Vec<&str> = field.types.named().iter().map(|(name, _)| *name).collect();
        let (types, name) = (types.join(", "), printable(&field.name));
        let (count, distinct) = (field.articles, field.distinct);
        if is_table {
            writeln!(
                out,
                "{name:<NAME_WIDTH$} {count:>6} {share:>4} {distinct:>7}  {types}"
            )?;
        } else {
            writeln!(out, "{name}")?;
            writeln!(out, "  in {count} ({share})")?;
            writeln!(out, "  {distinct} different")?;
            writeln!(out, "  {types}")?;
        }
        let samples = samples(field, width);
        if !samples.is_empty() {
            writeln!(out, "  {samples}")?;
        }
    }
    Ok(())
}

/// A part of all in percent. Only all are 100%, and only none 0%.
fn share(part: u64, all: u64) -> String {
    let percent = (part * 100 + all / 2) / all.max(1);
    match percent {
        0 if part > 0 => "<1%".to_owned(),
        100 if part < all => "99%".to_owned(),
        percent => format!("{percent}%"),
    }
}

/// As many samples as fit beside each other, each cut where it is long.
fn samples(field: &FieldSummary, width: usize) -> String {
    let mut line = String::new();
    for sample in &field.samples {
        let sample = shortened(
            &printable(&sample.value.to_string()),
            LONGEST_SAMPLE.min(width.saturating_sub(2)).max(1),
        );
        let longer = if line.is_empty() {
            sample
        } else {
            format!("{line} · {sample}")
        };
        if longer.chars().count() + 2 > width && !line.is_empty() {
            break;
        }
        line = longer;
    }
    line
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_are_a_hundred_percent() {
        let shares = [
            (0, 0),
            (0, 300),
            (1, 300),
            (150, 300),
            (299, 300),
            (300, 300),
        ];
        let shown = shares.map(|(part, all)| share(part, all));
        assert_eq!(shown, ["0%", "0%", "<1%", "50%", "99%", "100%"]);
    }

    #[test]
    fn a_long_sample_is_cut() {
        assert_eq!(shortened("abc", 3), "abc");
        assert_eq!(shortened("äbcd", 3), "äb…");
    }
}
