//! A grid as Markdown and as HTML: the cells of the terminal, and nothing in them that would be taken for markup.

use super::{GLUE, Grid};
use crate::number;

impl Grid {
    /// The grid as a table of Markdown, figures to the right, and its notes below; nothing at all without rows.
    pub(crate) fn markdown(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let row = |row: &Vec<String>| {
            let cells: Vec<String> = row.iter().map(|cell| in_markdown(cell)).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule: String =
            (0..self.header.len()).map(|column| if self.is_number(column) { "---:|" } else { "---|" }).collect();
        let mut text = format!("{}|{rule}\n", row(&self.header));
        text.extend(self.rows.iter().map(row));
        text.extend(self.numbered_notes().map(|note| format!("\n{}\n", in_markdown(&note))));
        text
    }

    /// The grid as a table of HTML, its notes in the foot; cells of figures are of the class `number`, to be aligned to the right.
    /// Nothing at all without rows.
    #[cfg_attr(not(test), expect(dead_code, reason = "no page is made of tables yet"))]
    pub(crate) fn html(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let row = |tag: &str, row: &Vec<String>| {
            let class = |column| if self.is_number(column) { " class=\"number\"" } else { "" };
            let cell = |(column, cell): (usize, &String)| format!("<{tag}{}>{}</{tag}>", class(column), in_html(cell));
            format!("<tr>{}</tr>\n", row.iter().enumerate().map(cell).collect::<String>())
        };
        let rows: String = self.rows.iter().map(|cells| row("td", cells)).collect();
        let columns = self.header.len();
        let note = |note: String| format!("<tr><td colspan=\"{columns}\">{}</td></tr>\n", in_html(&note));
        let notes: String = self.numbered_notes().map(note).collect();
        let foot = if notes.is_empty() { notes } else { format!("<tfoot>\n{notes}</tfoot>\n") };
        let head = row("th", &self.header);
        format!("<table>\n<thead>\n{head}</thead>\n<tbody>\n{rows}</tbody>\n{foot}</table>\n")
    }

    /// The notes, each with the number that dashes point at it by.
    pub(super) fn numbered_notes(&self) -> impl Iterator<Item = String> {
        self.notes.iter().enumerate().map(|(index, note)| format!("{} {note}", number::superscript(index as i32 + 1)))
    }
}

/// A text in one cell of one row. Code between backticks stays as it is, since nothing is escaped in it but a bar.
pub(crate) fn in_markdown(text: &str) -> String {
    let has_code = text.matches('`').count().is_multiple_of(2);
    let mut code = false;
    let mut cell = String::with_capacity(text.len());
    let text = text.replace(GLUE, " ");
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        code ^= has_code && letter == '`';
        let next = letters.peek().copied().unwrap_or(' ');
        // A tag, a character by its name, an escape; what none of them can begin with stands for itself.
        let markup = match letter {
            '<' => next.is_ascii_alphabetic() || "/!?".contains(next),
            '&' => next.is_ascii_alphabetic() || next == '#',
            '\\' => next.is_ascii_punctuation(),
            _ => false,
        };
        match letter {
            '\n' | '\r' => cell.push(' '),
            '|' => cell.push_str("\\|"),
            _ if markup && !code => cell.extend(['\\', letter]),
            '`' if !has_code => cell.push_str("\\`"),
            other => cell.push(other),
        }
    }
    cell
}

fn in_html(text: &str) -> String {
    let text = text.replace(GLUE, " ").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\n', "<br>")
}

#[cfg(test)]
mod tests {
    use super::super::Style;
    use super::*;

    /// The cells of the rows of a table in Markdown, without the header.
    fn of_markdown(text: &str) -> Vec<Vec<String>> {
        let cells = |line: &str| {
            let inner = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |")).expect("bars around a row");
            let cell = |cell: &str| {
                let (mut plain, mut letters) = (String::new(), cell.chars());
                while let Some(letter) = letters.next() {
                    plain.extend(if letter == '\\' { letters.next() } else { Some(letter) });
                }
                plain
            };
            inner.split(" | ").map(cell).collect()
        };
        text.lines().skip(2).take_while(|line| !line.is_empty()).map(cells).collect()
    }

    /// The same of one in HTML.
    fn of_html(text: &str) -> Vec<Vec<String>> {
        let (_, body) = text.split_once("<tbody>\n").expect("a body");
        let (body, _) = body.split_once("</tbody>").expect("its end");
        let cell = |cell: &str| {
            let (_, text) = cell.split_once('>').expect("an open tag");
            text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
        };
        let row = |line: &str| {
            let cells = line.strip_prefix("<tr>").and_then(|line| line.strip_suffix("</td></tr>")).expect("a row");
            cells.split("</td>").map(cell).collect()
        };
        body.lines().map(row).collect()
    }

    #[test]
    fn a_table_of_the_library_has_the_same_cells_in_every_form() {
        let mut grid = Grid::new(&["provider", "instance", "region"], ["USD/h".to_owned()]).texts(&["date", "source"]);
        let mut rows = Vec::new();
        for price in scenarios::PriceBook::library().offers().into_iter().filter_map(|offer| offer.price) {
            if price.region.is_empty() {
                continue;
            }
            let usd = format!("{} USD", price.usd_per_hour);
            rows.push(vec![price.provider, price.instance, price.region, usd, price.date, price.source]);
            grid.row(rows[rows.len() - 1].clone());
        }
        assert!(rows.len() > 5);
        assert_eq!(of_markdown(&grid.markdown()), rows);
        assert_eq!(of_html(&grid.html()), rows);
        let terminal = grid.render("", Style { width: u16::MAX, colour: false });
        let cells =
            |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect();
        let found: Vec<Vec<String>> = terminal.lines().skip(2).map(cells).collect();
        assert_eq!(found, rows);
    }

    #[test]
    fn nothing_in_a_cell_is_taken_for_markup() {
        let mut grid = Grid::new(&["a|b"], ["1 < 2\n& 3".to_owned()]);
        let dash = grid.missing(Some("no <b> & no |"));
        grid.row(vec!["x | <y> & \"&lt;\"\nend".into(), dash]);
        grid.row(vec!["`a|b <c>` \\*".into(), "`".into()]);
        assert_eq!(
            grid.markdown(),
            "| a\\|b | 1 < 2 & 3 |\n|---|---:|\n| x \\| \\<y> & \"\\&lt;\" end | –¹ |\n| `a\\|b <c>` \\\\* | \\` |\n\
             \n¹ no \\<b> & no \\|\n"
        );
        assert_eq!(
            grid.html(),
            "<table>\n<thead>\n<tr><th>a|b</th><th class=\"number\">1 &lt; 2<br>&amp; 3</th></tr>\n</thead>\n<tbody>\n\
             <tr><td>x | &lt;y&gt; &amp; &quot;&amp;lt;&quot;<br>end</td><td class=\"number\">–¹</td></tr>\n\
             <tr><td>`a|b &lt;c&gt;` \\*</td><td class=\"number\">`</td></tr>\n</tbody>\n\
             <tfoot>\n<tr><td colspan=\"2\">¹ no &lt;b&gt; &amp; no |</td></tr>\n</tfoot>\n</table>\n"
        );
        assert_eq!(Grid::new(&["a"], []).markdown() + &Grid::new(&["a"], []).html(), "");
    }
}
