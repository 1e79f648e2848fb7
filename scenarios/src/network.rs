//! The shipped matrix of one-way delays.

use std::collections::BTreeSet;

use models::network::DelayMatrix;
use sim::Span;

use crate::quantity::shorten;

/// Where the matrix comes from.
pub const MATRIX_SOURCE: &str = "one-way latencies between 13 AWS regions, CometBFT test data, 2024-11";

/// One-way delays between 13 AWS regions.
pub fn wan_matrix() -> DelayMatrix {
    let mut reader = csv::Reader::from_reader(include_str!("../library/network/wan_one_way_ms.csv").as_bytes());
    let names = reader.headers().map(|header| header.iter().skip(1).map(str::to_owned).collect()).unwrap_or_default();
    let one_way = reader
        .records()
        .flatten()
        .map(|row| row.iter().skip(1).map(|cell| Span::from_millis(cell.parse().unwrap_or(0))).collect())
        .collect();
    DelayMatrix { regions: names, one_way }
}

/// The matrix of some of its regions, or what is wrong with them.
pub fn among(matrix: &DelayMatrix, regions: &[String]) -> Result<DelayMatrix, String> {
    let index = |name: &String| matrix.regions.iter().position(|region| region == name);
    let unknown: BTreeSet<String> =
        regions.iter().filter(|name| index(name).is_none()).map(|name| format!("`{}`", shorten(name))).collect();
    if !unknown.is_empty() {
        let (unknown, known) = (unknown.into_iter().collect::<Vec<_>>().join(", "), matrix.regions.join(", "));
        return Err(format!("no delays for {unknown}; regions: {known}"));
    }
    if let Some(region) = regions.iter().enumerate().find_map(|(at, name)| regions[..at].contains(name).then_some(name))
    {
        return Err(format!("`{region}` is named twice; validators are spread evenly over the regions that are named"));
    }
    let chosen: Vec<usize> = regions.iter().filter_map(index).collect();
    let one_way = chosen.iter().map(|from| chosen.iter().map(|to| matrix.delay(*from, *to)).collect()).collect();
    Ok(DelayMatrix { regions: regions.to_vec(), one_way })
}

/// What is wrong with a choice of regions.
pub(crate) fn fault(regions: &[String]) -> Option<String> {
    match regions {
        [] => Some("at least one region is needed".into()),
        some => among(&wan_matrix(), some).err(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_matrix_is_square_with_nothing_on_its_diagonal() {
        let matrix = super::wan_matrix();
        assert_eq!(matrix.regions.len(), 13);
        for (from, row) in matrix.one_way.iter().enumerate() {
            assert_eq!(row.len(), 13);
            for (to, delay) in row.iter().enumerate() {
                assert_eq!(delay.nanos() == 0, from == to, "{from} → {to}");
            }
        }
    }
}
