//! No distributions. CloudFront wraps its lists in an element that counts them, also where there is none.

use serde_json::json;

use super::{Answer, whole};

pub(super) fn answer<'a>(operation: &str) -> Answer<'a> {
    let list = match operation {
        "ListDistributions" => "DistributionList",
        "ListOriginAccessControls" => "OriginAccessControlList",
        _ => return Answer::Nothing,
    };
    let none = json!({"Marker": "", "MaxItems": 100, "IsTruncated": false, "Quantity": 0});
    whole(json!({ list: none }))
}
