"""Pieces of the OpenAPI document that several of its descriptions share. Describes; knows no path."""

from __future__ import annotations

from pydantic import BaseModel

from coordinator.api.schemas import JsonObject


def get_xml(operation: str, summary: str, content: str) -> JsonObject:
    tag = {"description": "Of what it says.", "schema": {"type": "string"}}
    return {
        "operationId": operation,
        "summary": summary,
        "tags": ["orders"],
        "responses": {
            "200": {
                "description": summary,
                "headers": {"ETag": tag},
                "content": {content: {"schema": {"type": "string"}}},
            },
            "304": {"description": "As it was."},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }


def if_none_match() -> JsonObject:
    return {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag that is there already.",
        "schema": {"type": "string"},
    }


def in_path(name: str, description: str, longest: int) -> JsonObject:
    schema = {"type": "string", "maxLength": longest}
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def in_query(model: type[BaseModel]) -> list[JsonObject]:
    """Parameters as the model checks them; what it names elsewhere stands in each of them."""
    query = model.model_json_schema()
    named = {f"#/$defs/{name}": schema for name, schema in query.get("$defs", {}).items()}
    return [
        {
            "name": name,
            "in": "query",
            "description": schema.pop("description", name),
            "schema": _spelled_out(schema, named),
        }
        for name, schema in query["properties"].items()
    ]


def _spelled_out(schema: JsonObject, named: JsonObject) -> JsonObject:
    """In a query there is no null: what is None was left out."""
    choices = [one for one in schema.get("anyOf", (schema,)) if one.get("type") != "null"]
    if len(choices) != 1:
        return schema
    found: JsonObject = named.get(choices[0].get("$ref", ""), choices[0])
    return found
