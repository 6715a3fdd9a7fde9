//! [`joined`]: header fields that came more than once.

use http::{HeaderMap, HeaderValue};

/// The same fields, each once. One that came several times with different values has them all, with commas between, which is
/// what RFC 9110 (5.3) makes of it.
pub(crate) fn joined(headers: HeaderMap) -> HeaderMap {
    if headers.keys_len() == headers.len() {
        return headers;
    }
    let mut once = HeaderMap::with_capacity(headers.keys_len());
    for name in headers.keys() {
        let mut values: Vec<&[u8]> = Vec::new();
        for value in headers.get_all(name) {
            if !values.contains(&value.as_bytes()) {
                values.push(value.as_bytes());
            }
        }
        if let Ok(value) = HeaderValue::from_bytes(&values.join(&b", "[..])) {
            once.insert(name.clone(), value);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_differ_are_all_there() {
        let mut headers = HeaderMap::new();
        for (name, value) in [("a", "1"), ("b", "x"), ("b", "y"), ("c", "z"), ("c", "z")] {
            headers.append(name, HeaderValue::from_static(value));
        }
        let joined = joined(headers);
        let value = |name: &str| joined[name].to_str().expect("text").to_owned();
        assert_eq!([value("a"), value("b"), value("c")], ["1", "x, y", "z"]);
        assert_eq!(joined.len(), 3);
    }
}
