"""What else `clinic` says of its APIs: logs, caches, domain names, keys, links and portals, each weakness beside its clean twin.

No check judges these yet; whoever writes one finds both sides here.
"""

from clinic_functions import CORE
from clinic_names import ACCOUNT, FRANKFURT, GROUP, IRELAND, PARTNER, SUBNET, VIRGINIA, role_arn
from estate import Estate, policy
from network import hexadecimal

CLAIMS, PRIVATE, PORTAL = "a1claims01", "p1private0", "u1portal00"
MEMBERS, QUOTES, CHAT, EVENTS = "h1members0", "h2quotes00", "w1chat0000", "w2events00"
WHOLE_LINE = '{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","caller":"$context.identity.caller","principal":"$context.authorizer.principalId","status":"$context.status"}'


def build(estate: Estate) -> None:
    rest_apis(estate)
    rest_stages(estate)
    rest_methods(estate)
    parts(estate)
    plans_and_keys(estate)
    certificates_and_links(estate)
    domains(estate)
    private_domain(estate)
    second_apis(estate)
    second_domains(estate)
    portals(estate)


def log_group(region: str, name: str) -> str:
    return f"arn:aws:logs:{region}:{ACCOUNT}:log-group:{name}"


def certificate(region: str, number: int) -> str:
    return f"arn:aws:acm:{region}:{ACCOUNT}:certificate/0c11a1c0-4444-4b{number:02d}-8c01-00000000000{number}"


# REST APIs


def rest_apis(estate: Estate) -> None:
    def api(region: str, identifier: str) -> dict:
        return estate.find(region, "apigateway", "GetRestApis", "items", "id", identifier)

    # The oldest TLS, answers never compressed; beside it TLS 1.3 with a strict endpoint.
    api(FRANKFURT, CLAIMS).update({"securityPolicy": "TLS_1_0", "apiStatus": "AVAILABLE"})
    api(VIRGINIA, PORTAL).update({"securityPolicy": "SecurityPolicy_TLS13_2025_EDGE", "endpointAccessMode": "STRICT", "apiStatus": "AVAILABLE", "minimumCompressionSize": 1024, "binaryMediaTypes": ["image/png"], "disableExecuteApiEndpoint": True})
    api(IRELAND, PRIVATE)["endpointConfiguration"] |= {"vpcEndpointIds": [hexadecimal("vpce", 2)]}


def rest_stages(estate: Estate) -> None:
    def stage(region: str, api: str, name: str) -> dict:
        return estate.find(region, "apigateway", "GetStages", "item", "stageName", name, restApiId=api)

    for region, api, newest in ((FRANKFURT, CLAIMS, "d2ploy"), (IRELAND, PRIVATE, "d1ploy"), (VIRGINIA, PORTAL, "d1ploy")):
        # In Frankfurt the stages serve a deployment that a later one has overtaken.
        documents = [{"id": "d1ploy", "createdDate": "2026-03-02T08:00:00Z"}]
        if newest != "d1ploy":
            documents.append({"id": newest, "createdDate": "2026-05-04T08:00:00Z"})
        estate.put(region, "apigateway", "GetDeployments", {"items": documents}, restApiId=api)
    # Everything on: logs, traces, an encrypted cache, a firewall, a certificate for the backend.
    good = stage(FRANKFURT, CLAIMS, "prod")
    good.update({
        "cacheClusterEnabled": True, "cacheClusterSize": "0.5", "cacheClusterStatus": "AVAILABLE", "clientCertificateId": "cc1fresh", "tracingEnabled": True, "tags": {"stage": "prod"},
        "webAclArn": f"arn:aws:wafv2:{FRANKFURT}:{ACCOUNT}:regional/webacl/claims/0c11a1c0-5555-4c01-8c01-000000000001", "accessLogSettings": {"destinationArn": log_group(FRANKFURT, "apigateway/claims"), "format": WHOLE_LINE},
    })
    good["methodSettings"]["*/*"] |= {"cachingEnabled": True, "cacheTtlInSeconds": 300, "cacheDataEncrypted": True, "requireAuthorizationForCacheControl": True, "unauthorizedCacheControlHeaderStrategy": "FAIL_WITH_403"}
    # Whole requests in the logs, a cache in the clear that anybody may renew, a line that says nearly nothing.
    weak = stage(FRANKFURT, CLAIMS, "test")
    weak.update({"cacheClusterEnabled": True, "cacheClusterSize": "0.5", "cacheClusterStatus": "AVAILABLE", "accessLogSettings": {"destinationArn": log_group(FRANKFURT, "apigateway/gone"), "format": "$context.requestId"}})
    weak["methodSettings"]["*/*"] = {"metricsEnabled": False, "loggingLevel": "INFO", "dataTraceEnabled": True, "cachingEnabled": True, "cacheTtlInSeconds": 3600, "cacheDataEncrypted": False, "requireAuthorizationForCacheControl": False, "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITHOUT_RESPONSE_HEADER"}
    # A canary that nobody has cleaned up.
    stage(FRANKFURT, CLAIMS, "load")["canarySettings"] = {"percentTraffic": 10.0, "deploymentId": "d2ploy", "useStageCache": False, "stageVariableOverrides": {"backendToken": estate.secret(f"tok_{CORE}_canary_5d4c3b")}}


def rest_methods(estate: Estate) -> None:
    def method(region: str, api: str, resource: str, verb: str) -> dict:
        return estate.find(region, "apigateway", "GetResources", "items", "id", resource, restApiId=api)["resourceMethods"][verb]

    def answers(origin: str) -> dict:
        header = {"method.response.header.Access-Control-Allow-Origin": f"'{origin}'"}
        return {"200": {"statusCode": "200", "responseParameters": header}}

    # CORS for everybody, and for one origin.
    method(FRANKFURT, CLAIMS, "r1claims00", "OPTIONS")["methodIntegration"]["integrationResponses"] = answers("*")
    method(FRANKFURT, CLAIMS, "r3health00", "GET")["methodIntegration"]["integrationResponses"] = answers("https://portal.clinic.example")
    # A body that is checked against a model, and scopes.
    method(FRANKFURT, CLAIMS, "r1claims00", "POST").update({"requestModels": {"application/json": "Claim"}, "authorizationScopes": ["claims/write"]})
    # A backend called as whoever calls, and one called by a role.
    method(FRANKFURT, CLAIMS, "r2claimid0", "DELETE")["methodIntegration"]["credentials"] = "arn:aws:iam::*:user/*"
    method(FRANKFURT, CLAIMS, "r2claimid0", "GET")["methodIntegration"] |= {"credentials": role_arn("clinic-apigateway-logs"), "cacheKeyParameters": ["method.request.path.id"], "cacheNamespace": "r2claimid0", "responseTransferMode": "STREAM"}
    # Plain HTTP and any certificate; beside it, in Virginia, HTTPS that is verified.
    method(FRANKFURT, CLAIMS, "r4legacy00", "PUT")["methodIntegration"] = {
        "type": "HTTP_PROXY", "httpMethod": "PUT", "uri": "http://legacy.clinic.example/claims", "connectionType": "VPC_LINK", "connectionId": "vl1claims0", "tlsConfig": {"insecureSkipVerification": True}, "passthroughBehavior": "WHEN_NO_MATCH", "timeoutInMillis": 29000,
    }
    method(VIRGINIA, PORTAL, "r2proxy000", "ANY")["methodIntegration"]["tlsConfig"] = {"insecureSkipVerification": False}


def parts(estate: Estate) -> None:
    token = estate.find(FRANKFURT, "apigateway", "GetAuthorizers", "items", "id", "tok001", restApiId=CLAIMS)
    token |= {"identityValidationExpression": "^Bearer [-0-9A-Za-z.]+$", "authorizerCredentials": role_arn("clinic-apigateway-logs")}
    schema = '{"$schema":"http://json-schema.org/draft-04/schema#","type":"object","required":["member","amount"],"properties":{"member":{"type":"string"},"amount":{"type":"number","minimum":0}}}'
    models = [{"id": "m1empty0", "name": "Empty", "contentType": "application/json", "schema": "{}"}, {"id": "m2claim0", "name": "Claim", "contentType": "application/json", "schema": schema}]
    estate.put(FRANKFURT, "apigateway", "GetModels", {"items": models}, restApiId=CLAIMS)
    own = {"responseType": "THROTTLED", "statusCode": "429", "responseParameters": {}, "responseTemplates": {"application/json": '{"message":$context.error.messageString}'}, "defaultResponse": True}
    # One tells callers what went wrong inside, and every origin; the other says one sentence.
    tells = {"responseType": "DEFAULT_5XX", "statusCode": "500", "responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}, "responseTemplates": {"application/json": '{"why":"$context.integrationErrorMessage"}'}, "defaultResponse": False}
    quiet = {"responseType": "DEFAULT_4XX", "responseParameters": {}, "responseTemplates": {"application/json": '{"message":"The request was not understood."}'}, "defaultResponse": False}
    estate.put(FRANKFURT, "apigateway", "GetGatewayResponses", {"items": [own, tells, quiet]}, restApiId=CLAIMS)
    for region, api in ((IRELAND, PRIVATE), (VIRGINIA, PORTAL)):
        estate.put(region, "apigateway", "GetGatewayResponses", {"items": [own]}, restApiId=api)


def plans_and_keys(estate: Estate) -> None:
    limited = {"id": "up1gold", "name": "gold", "throttle": {"burstLimit": 50, "rateLimit": 20.0}, "quota": {"limit": 10000, "offset": 0, "period": "DAY"}, "tags": {}, "apiStages": [{"apiId": CLAIMS, "stage": "prod", "throttle": {"/claims/POST": {"burstLimit": 5, "rateLimit": 2.0}}}]}
    # No limit at all.
    free = {"id": "up2free", "name": "free", "tags": {}, "apiStages": [{"apiId": CLAIMS, "stage": "prod"}, {"apiId": CLAIMS, "stage": "test"}]}
    estate.put(FRANKFURT, "apigateway", "GetUsagePlans", {"items": [limited, free]})

    def key(identifier: str, name: str, enabled: bool, created: str, **more) -> dict:
        return {"id": identifier, "name": name, "enabled": enabled, "createdDate": created, "lastUpdatedDate": created, "stageKeys": [], "tags": {}, **more}

    keys = [
        key("ak1partner", "partner", True, "2026-08-01T09:00:00Z"),  # in both plans
        key("ak2orphan0", "pilot of 2021", True, "2021-02-03T09:00:00Z"),  # in no plan
        key("ak3legacy0", "legacy", False, "2022-02-03T09:00:00Z", stageKeys=[f"{CLAIMS}/prod"]),
    ]
    estate.put(FRANKFURT, "apigateway", "GetApiKeys", {"items": keys})
    # AWS gives the value here without being asked.
    value = estate.secret(f"{CORE}k7Q2m9X4b1V8c3N6z5")
    for plan in ("up1gold", "up2free"):
        estate.put(FRANKFURT, "apigateway", "GetUsagePlanKeys", {"items": [{"id": "ak1partner", "type": "API_KEY", "name": "partner", "value": value}]}, usagePlanId=plan)


def certificates_and_links(estate: Estate) -> None:
    estate.put(FRANKFURT, "apigateway", "GetClientCertificates", {"items": [
        {"clientCertificateId": "cc1fresh", "createdDate": "2026-09-01T09:00:00Z", "expirationDate": "2027-09-01T09:00:00Z", "tags": {}},
        {"clientCertificateId": "cc2stale", "createdDate": "2025-11-30T09:00:00Z", "expirationDate": "2026-11-30T09:00:00Z", "tags": {}},
    ]})
    balancer = f"arn:aws:elasticloadbalancing:{FRANKFURT}:{ACCOUNT}:loadbalancer/net/claims/50dc6c495c0c9188"
    estate.put(FRANKFURT, "apigateway", "GetVpcLinks", {"items": [
        {"id": "vl1claims0", "name": "claims", "status": "AVAILABLE", "targetArns": [balancer], "tags": {}},
        {"id": "vl2broken0", "name": "broken", "status": "FAILED", "statusMessage": "The load balancer is gone.", "targetArns": [balancer.replace("claims", "gone")], "tags": {}},
    ]})
    link = {"VpcLinkVersion": "V2", "CreatedDate": "2026-01-05T09:00:00Z", "Tags": {}}
    estate.put(FRANKFURT, "apigatewayv2", "GetVpcLinks", {"Items": [
        {"VpcLinkId": "lk1twozone", "Name": "two zones", "VpcLinkStatus": "AVAILABLE", "SubnetIds": [SUBNET["app-a"], SUBNET["small-b"]], "SecurityGroupIds": [GROUP["app"]], **link},
        {"VpcLinkId": "lk2onezone", "Name": "one zone", "VpcLinkStatus": "INACTIVE", "VpcLinkStatusMessage": "No traffic for 60 days.", "SubnetIds": [SUBNET["app-a"]], "SecurityGroupIds": [], **link},
    ]})


# Domain names


def mutual(bucket: str, **more) -> dict:
    return {"truststoreUri": f"s3://{bucket}/truststore.pem", **more}


def regional(name: str, number: int, **more) -> dict:
    """A regional domain name as version 1 shows it."""
    return {
        "domainName": name, "domainNameArn": f"arn:aws:apigateway:{FRANKFURT}::/domainnames/{name}", "regionalDomainName": f"d-clinic000{number}.execute-api.{FRANKFURT}.amazonaws.com", "regionalHostedZoneId": "Z1U9ULNL0V5AJ3",
        "regionalCertificateArn": certificate(FRANKFURT, number), "endpointConfiguration": {"types": ["REGIONAL"], "ipAddressType": "ipv4"}, "domainNameStatus": "AVAILABLE", "tags": {"system": "clinic"}, "routingMode": "BASE_PATH_MAPPING_ONLY", **more,
    }


def domains(estate: Estate) -> None:
    # Old TLS, a truststore without its version, with a warning, before an API whose default endpoint is open.
    weak = regional("api.clinic.example", 1, securityPolicy="TLS_1_0", mutualTlsAuthentication=mutual("clinic-uploads", truststoreWarnings=["One certificate expires within 30 days."]))
    good = regional("secure.clinic.example", 2, securityPolicy="SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", endpointAccessMode="STRICT", mutualTlsAuthentication=mutual("clinic-trust", truststoreVersion="v7"), routingMode="ROUTING_RULE_THEN_BASE_PATH_MAPPING")
    plain = regional("members.clinic.example", 3, securityPolicy="TLS_1_2", domainNameStatus="PENDING_OWNERSHIP_VERIFICATION")
    estate.put(FRANKFURT, "apigateway", "GetDomainNames", {"items": [weak, good, plain]})
    mappings = {
        # The second leads to an API that is gone.
        "api.clinic.example": [{"basePath": "(none)", "restApiId": CLAIMS, "stage": "prod"}, {"basePath": "old", "restApiId": "gone000000", "stage": "prod"}],
        "secure.clinic.example": [{"basePath": "(none)", "restApiId": CLAIMS, "stage": "prod"}],
        "members.clinic.example": [],
    }
    for name, items in mappings.items():
        estate.put(FRANKFURT, "apigateway", "GetBasePathMappings", {"items": items}, domainName=name)


def private_domain(estate: Estate) -> None:
    name, identifier = "sync.clinic.internal", "dn1private"
    arn = f"arn:aws:apigateway:{IRELAND}:{ACCOUNT}:/domainnames/{name}+{identifier}"
    endpoint = {"StringEquals": {"aws:SourceVpce": hexadecimal("vpce", 2)}}
    estate.put(IRELAND, "apigateway", "GetDomainNames", {"items": [{
        "domainName": name, "domainNameId": identifier, "domainNameArn": arn, "certificateArn": certificate(IRELAND, 4), "endpointConfiguration": {"types": ["PRIVATE"], "ipAddressType": "dualstack"}, "domainNameStatus": "AVAILABLE",
        "securityPolicy": "TLS_1_2", "routingMode": "ROUTING_RULE_THEN_BASE_PATH_MAPPING", "tags": {},
        "policy": policy({"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*", "Condition": endpoint}),
        "managementPolicy": policy({"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{PARTNER}:root"}, "Action": "apigateway:CreateAccessAssociation", "Resource": arn}),
    }]})
    estate.put(IRELAND, "apigateway", "GetBasePathMappings", {"items": [{"basePath": "(none)", "restApiId": PRIVATE, "stage": "internal"}]}, domainName=name, domainNameId=identifier)
    rule = {"RoutingRuleId": "rr0priv", "RoutingRuleArn": f"{arn}/routingrules/rr0priv", "Priority": 10, "Conditions": [], "Actions": [{"InvokeApi": {"ApiId": PRIVATE, "Stage": "internal"}}]}
    estate.put(IRELAND, "apigatewayv2", "ListRoutingRules", {"RoutingRules": [rule]}, DomainName=name, DomainNameId=identifier)

    def association(account: str, endpoint_id: str) -> dict:
        source = f"arn:aws:apigateway:{IRELAND}:{account}:/domainnameaccessassociations/domainname/{name}+{identifier}/vpcesource/{endpoint_id}"
        return {"domainNameAccessAssociationArn": source, "domainNameArn": arn, "accessAssociationSourceType": "VPCE", "accessAssociationSource": endpoint_id, "tags": {}}

    # Ours, and one of the partner's.
    estate.put(IRELAND, "apigateway", "GetDomainNameAccessAssociations", {"items": [association(ACCOUNT, hexadecimal("vpce", 2))]}, resourceOwner="SELF")
    estate.put(IRELAND, "apigateway", "GetDomainNameAccessAssociations", {"items": [association(PARTNER, hexadecimal("vpce", 0xEE))]}, resourceOwner="OTHER_ACCOUNTS")


# HTTP and WebSocket APIs


def second_apis(estate: Estate) -> None:
    def find(region: str, operation: str, key: str, value: str, **when) -> dict:
        return estate.find(region, "apigatewayv2", operation, "Items", key, value, **when)

    # Credentials for every origin that asks, and for one.
    find(FRANKFURT, "GetApis", "ApiId", MEMBERS)["CorsConfiguration"] = {"AllowOrigins": ["https://*"], "AllowCredentials": True, "AllowMethods": ["*"], "AllowHeaders": ["*"], "ExposeHeaders": [], "MaxAge": 86400}
    find(VIRGINIA, "GetApis", "ApiId", QUOTES).update({"CorsConfiguration": {"AllowOrigins": ["https://quotes.clinic.example"], "AllowCredentials": False, "AllowMethods": ["GET"], "MaxAge": 300}, "IpAddressType": "dualstack", "DisableExecuteApiEndpoint": True})
    find(FRANKFURT, "GetRoutes", "RouteId", "rt1list", ApiId=MEMBERS)["AuthorizationScopes"] = ["members/read"]
    find(FRANKFURT, "GetAuthorizers", "AuthorizerId", "lam001", ApiId=MEMBERS).update({"AuthorizerResultTtlInSeconds": 3600, "AuthorizerCredentialsArn": role_arn("clinic-apigateway-logs")})
    stages = {
        (FRANKFURT, MEMBERS, "$default"): {"AccessLogSettings": {"DestinationArn": log_group(FRANKFURT, "apigateway/members"), "Format": WHOLE_LINE}, "DefaultRouteSettings": {"DetailedMetricsEnabled": True, "ThrottlingBurstLimit": 50, "ThrottlingRateLimit": 20.0}, "RouteSettings": {"GET /ping": {"ThrottlingBurstLimit": 5, "ThrottlingRateLimit": 1.0}}},
        (IRELAND, EVENTS, "prod"): {"DefaultRouteSettings": {"DetailedMetricsEnabled": True, "LoggingLevel": "ERROR", "DataTraceEnabled": False, "ThrottlingBurstLimit": 50, "ThrottlingRateLimit": 20.0}, "ClientCertificateId": "cc1fresh", "DeploymentId": "dep001"},
        # Whole messages in the logs.
        (FRANKFURT, CHAT, "prod"): {"DefaultRouteSettings": {"DetailedMetricsEnabled": False, "LoggingLevel": "INFO", "DataTraceEnabled": True}},
    }
    for (region, api, name), more in stages.items():
        find(region, "GetStages", "StageName", name, ApiId=api).update(more)
    # A private backend by plain HTTP, and one by TLS.
    behind = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY", "IntegrationUri": f"arn:aws:elasticloadbalancing:{FRANKFURT}:{ACCOUNT}:listener/app/members/50dc6c495c0c9188/f2f7dc8efc522ab2", "ConnectionType": "VPC_LINK", "ConnectionId": "lk1twozone", "PayloadFormatVersion": "1.0", "TimeoutInMillis": 30000}
    for identifier, more in (("int0002", {}), ("int0003", {"TlsConfig": {"ServerNameToVerify": "members.clinic.internal"}, "RequestParameters": {"overwrite:path": "/v1"}})):
        estate.item(FRANKFURT, "apigatewayv2", "GetIntegrations", "Items", {"IntegrationId": identifier, **behind, **more}, ApiId=MEMBERS)


def second_domains(estate: Estate) -> None:
    def domain(name: str, number: int, mode: str, **more) -> dict:
        configuration = {"ApiGatewayDomainName": f"d-clinic000{number}.execute-api.{FRANKFURT}.amazonaws.com", "CertificateArn": certificate(FRANKFURT, number), "DomainNameStatus": "AVAILABLE", "EndpointType": "REGIONAL", "HostedZoneId": "Z1U9ULNL0V5AJ3", "IpAddressType": "ipv4", "SecurityPolicy": "TLS_1_2"}
        return {"DomainName": name, "DomainNameArn": f"arn:aws:apigateway:{FRANKFURT}::/domainnames/{name}", "DomainNameConfigurations": [configuration], "RoutingMode": mode, "Tags": {"system": "clinic"}, **more}

    estate.put(FRANKFURT, "apigatewayv2", "GetDomainNames", {"Items": [
        domain("api.clinic.example", 1, "API_MAPPING_ONLY", MutualTlsAuthentication={"TruststoreUri": "s3://clinic-uploads/truststore.pem", "TruststoreWarnings": ["One certificate expires within 30 days."]}),
        domain("secure.clinic.example", 2, "ROUTING_RULE_THEN_API_MAPPING", MutualTlsAuthentication={"TruststoreUri": "s3://clinic-trust/truststore.pem", "TruststoreVersion": "v7"}),
        domain("members.clinic.example", 3, "API_MAPPING_ONLY"),
    ]})
    mappings = {
        "api.clinic.example": [{"ApiId": CLAIMS, "ApiMappingId": "am1claims", "ApiMappingKey": "", "Stage": "prod"}, {"ApiId": "gone000000", "ApiMappingId": "am2gone", "ApiMappingKey": "old", "Stage": "prod"}],
        "secure.clinic.example": [{"ApiId": CLAIMS, "ApiMappingId": "am3claims", "ApiMappingKey": "", "Stage": "prod"}],
        "members.clinic.example": [{"ApiId": MEMBERS, "ApiMappingId": "am4member", "ApiMappingKey": "v1/members", "Stage": "$default"}],
    }
    for name, items in mappings.items():
        estate.put(FRANKFURT, "apigatewayv2", "GetApiMappings", {"Items": items}, DomainName=name)
    arn = f"arn:aws:apigateway:{FRANKFURT}:{ACCOUNT}:/domainnames/secure.clinic.example/routingrules"
    token = estate.secret(f"ghp_{CORE}q9W8e7R6t5Y4u3I2o1P0a1S")
    estate.put(FRANKFURT, "apigatewayv2", "ListRoutingRules", {"RoutingRules": [
        # Before the mapping: a stage for whoever knows a header.
        {"RoutingRuleId": "rr1beta", "RoutingRuleArn": f"{arn}/rr1beta", "Priority": 10, "Conditions": [{"MatchHeaders": {"AnyOf": [{"Header": "x-beta", "ValueGlob": token}]}}], "Actions": [{"InvokeApi": {"ApiId": CLAIMS, "Stage": "test", "StripBasePath": False}}]},
        {"RoutingRuleId": "rr2path", "RoutingRuleArn": f"{arn}/rr2path", "Priority": 20, "Conditions": [{"MatchBasePaths": {"AnyOf": ["v1", "v2"]}}], "Actions": [{"InvokeApi": {"ApiId": CLAIMS, "Stage": "prod", "StripBasePath": True}}]},
    ]}, DomainName="secure.clinic.example")


def portals(estate: Estate) -> None:
    def portal(identifier: str, name: str, authorization: dict, **more) -> dict:
        return {
            "PortalId": identifier, "PortalArn": f"arn:aws:apigateway:{VIRGINIA}:{ACCOUNT}:/portals/{identifier}", "Authorization": authorization, "PublishStatus": "PUBLISHED", "LastModified": "2026-06-01T09:00:00Z", "LastPublished": "2026-06-01T10:00:00Z", "Tags": {},
            "EndpointConfiguration": {"PortalDefaultDomainName": f"{identifier}.portal.clinic.example", "PortalDomainHostedZoneId": "Z1UJRXOUMOOFQ8"}, "IncludedPortalProductArns": [f"arn:aws:apigateway:{VIRGINIA}:{ACCOUNT}:/portalproducts/prod{identifier}"],
            "PortalContent": {"DisplayName": name, "Theme": {"CustomColors": {color: "#102030" for color in ("AccentColor", "BackgroundColor", "ErrorValidationColor", "HeaderColor", "NavigationColor", "TextColor")}}}, **more,
        }

    preview = estate.secret(f"https://preview.clinic.example/?X-Amz-Signature={CORE}0f1e2d3c4b5a")
    pool = f"arn:aws:cognito-idp:{VIRGINIA}:{ACCOUNT}:userpool/{VIRGINIA}_CliNic002"
    estate.put(VIRGINIA, "apigatewayv2", "ListPortals", {"Items": [
        portal("openportal1", "open to all", {"None": {}}, Preview={"PreviewStatus": "PREVIEW_READY", "PreviewUrl": preview}),
        portal("shutportal1", "members only", {"CognitoConfig": {"AppClientId": "clinicportalclient", "UserPoolArn": pool, "UserPoolDomain": "https://clinic.auth.example"}}),
    ]})
