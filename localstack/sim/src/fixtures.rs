//! A small service model for the unit tests, which run without botocore.

use serde_json::json;

use crate::model::Model;

/// A service with one list and one get, exercising the traits the protocols differ in.
pub(crate) fn model() -> Model {
    let model = json!({
        "metadata": {"protocol": "query", "endpointPrefix": "things", "xmlNamespace": "urn:things"},
        "operations": {
            "ListThings": {
                "http": {"method": "POST", "requestUri": "/"},
                "input": {"shape": "ListInput"},
                "output": {"shape": "ListOutput", "resultWrapper": "ListThingsResult"}
            },
            "GetThing": {
                "http": {"method": "GET", "requestUri": "/things/{name}"},
                "input": {"shape": "GetInput"},
                "output": {"shape": "GetOutput"},
                "errors": [{"shape": "ThrottledException"}, {"shape": "ThingNotFoundException"}, {"shape": "ResourceNotFoundException"}]
            }
        },
        "shapes": {
            "String": {"type": "string"}, "Integer": {"type": "integer"}, "Boolean": {"type": "boolean"},
            "Double": {"type": "double"}, "Timestamp": {"type": "timestamp"}, "Blob": {"type": "blob"},
            "Iso": {"type": "timestamp", "timestampFormat": "iso8601"},
            "Max": {"type": "integer", "min": 1, "max": 50},
            "Names": {"type": "list", "member": {"shape": "String"}},
            "Ids": {"type": "list", "member": {"shape": "Integer"}},
            "FlatNames": {"type": "list", "member": {"shape": "String", "locationName": "Flat"}, "flattened": true},
            "Map": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "String"}},
            "ListInput": {"type": "structure", "members": {
                "Max": {"shape": "Max"}, "Deep": {"shape": "Boolean"}, "Names": {"shape": "Names"},
                "FlatNames": {"shape": "FlatNames"}, "Tags": {"shape": "Map"},
                "Vpc": {"shape": "String", "locationName": "vpcId"}, "NextToken": {"shape": "String"}
            }},
            "ListOutput": {"type": "structure", "members": {
                "Things": {"shape": "Things", "locationName": "thingSet"}, "NextToken": {"shape": "String"}
            }},
            "Things": {"type": "list", "member": {"shape": "Thing", "locationName": "item"}},
            "Thing": {"type": "structure", "members": {
                "Name": {"shape": "String"}, "Made": {"shape": "Timestamp"}, "Iso": {"shape": "Iso"}, "Bytes": {"shape": "Blob"},
                "Ratio": {"shape": "Double"}, "Labels": {"shape": "Map"}, "Policy": {"shape": "String"}, "policy": {"shape": "String"}
            }},
            "GetInput": {"type": "structure", "required": ["Name"], "members": {
                "Name": {"shape": "String", "location": "uri", "locationName": "name"},
                "Ids": {"shape": "Ids", "location": "querystring", "locationName": "id"},
                "Max": {"shape": "Max", "location": "querystring", "locationName": "max"},
                "Rest": {"shape": "Map", "location": "querystring"},
                "Accept": {"shape": "String", "location": "header", "locationName": "Accept"}
            }},
            "GetOutput": {"type": "structure", "payload": "Body", "members": {
                "Kind": {"shape": "String", "location": "header", "locationName": "Content-Type"},
                "Modified": {"shape": "Timestamp", "location": "header", "locationName": "Last-Modified"},
                "Code": {"shape": "Integer", "location": "statusCode"}, "Body": {"shape": "Blob"}
            }},
            "ThrottledException": {"type": "structure", "exception": true, "members": {"message": {"shape": "String"}}},
            "ThingNotFoundException": {"type": "structure", "exception": true, "error": {"code": "NoSuchThing", "httpStatusCode": 404},
                "members": {"Message": {"shape": "String"}}},
            "ResourceNotFoundException": {"type": "structure", "exception": true, "error": {"httpStatusCode": 404}, "members": {}}
        }
    });
    let model = serde_json::to_vec(&model).unwrap_or_default();
    Model::parse("things", &model, b"{}").expect("a model that parses")
}
