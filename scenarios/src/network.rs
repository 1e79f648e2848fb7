//! The shipped matrix of one-way delays.

use models::network::DelayMatrix;
use sim::Span;

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

/// The matrix of some of its regions; the names that it does not know are returned as the error.
pub fn among(matrix: &DelayMatrix, regions: &[String]) -> Result<DelayMatrix, Vec<String>> {
    let index = |name: &String| matrix.regions.iter().position(|region| region == name);
    let unknown: Vec<String> = regions.iter().filter(|name| index(name).is_none()).cloned().collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let chosen: Vec<usize> = regions.iter().filter_map(index).collect();
    let one_way = chosen.iter().map(|from| chosen.iter().map(|to| matrix.delay(*from, *to)).collect()).collect();
    Ok(DelayMatrix { regions: regions.to_vec(), one_way })
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
