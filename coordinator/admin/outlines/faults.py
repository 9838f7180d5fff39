"""What can be wrong with a file of outlines, said in Chinese and English with a way out. Words only: the rules that
find the faults stand in `from_geojson.py`.
"""

from __future__ import annotations

from typing import Final

from coordinator.admin.faults import FILE_FAULTS, Catalogue, Fault, fault_of
from coordinator.domain.text import Text


def fault(file: str, line: int, field: str, code: str, **facts: object) -> Fault:
    """The fault of that code, its words filled with the facts."""
    return fault_of(FAULTS, file, line, field, code, facts)


_AS_GEOJSON: Final = Text(
    "请在地理软件中另存为 GeoJSON（RFC 7946，UTF-8）",
    "save it as GeoJSON (RFC 7946, UTF-8) with a mapping program",
)
_DEGREES: Final = Text(
    "请转换为经纬度（WGS 84 / EPSG:4326，CGCS2000 亦可），每个点先经度后纬度",
    "convert it to degrees (WGS 84 / EPSG:4326; CGCS2000 will do), longitude before latitude",
)
_THIN: Final = Text(
    "请先用地理软件简化边界（例如 mapshaper -simplify）",
    "simplify the borders first with a mapping program (mapshaper -simplify)",
)

FAULTS: Final[Catalogue] = {
    **FILE_FAULTS,
    "file_spreadsheet": (
        Text("这是压缩包或电子表格，不是 GeoJSON", "this is a zip archive or a spreadsheet, not GeoJSON"),
        _AS_GEOJSON,
    ),
    "encoding_gbk": (FILE_FAULTS["encoding_gbk"][0], _AS_GEOJSON),
    "encoding_utf_16": (FILE_FAULTS["encoding_utf_16"][0], _AS_GEOJSON),
    "encoding_unknown": (FILE_FAULTS["encoding_unknown"][0], _AS_GEOJSON),
    "json_wrong": (
        Text("第 {column} 列起不是有效的 JSON：{why}", "no valid JSON from column {column} on: {why}"),
        Text("文件可能不完整，请重新导出", "the file may be cut off: export it again"),
    ),
    "json_deep": (
        Text("JSON 嵌套过深", "the JSON is nested too deeply"),
        _AS_GEOJSON,
    ),
    "not_collection": (
        Text(
            "最外层是 {found}，应为 FeatureCollection",
            "the file is a {found}, it should be a FeatureCollection",
        ),
        _AS_GEOJSON,
    ),
    "crs_other": (
        Text("文件注明的坐标系是 {found}", "the file names another coordinate system: {found}"),
        _DEGREES,
    ),
    "file_empty": (
        Text("文件中没有任何要素", "there is no feature in the file"),
        Text("每个区域一个要素", "give each area a feature"),
    ),
    "feature_wrong": (
        Text("不是 Feature", "this is no Feature"),
        _AS_GEOJSON,
    ),
    "code_missing": (
        Text("没有属性“{wanted}”；有：{found}", 'there is no property "{wanted}"; there are: {found}'),
        Text(
            "用 --code-property 指明哪个属性是区域代码", "say with --code-property which one is the area code"
        ),
    ),
    "code_wrong": (
        Text("代码 {found} 不是一串数字", "the code {found} is no string of digits"),
        Text("请填写区域代码，例如 420107001", "give the code of the area, such as 420107001"),
    ),
    "code_unknown": (
        Text("代码“{found}”不在 {roots} 的区划中", 'the code "{found}" is not among the areas of {roots}'),
        Text(
            "请核对代码；文件范围更大时，用 --skip-unknown 略过区划之外的要素",
            "check the code; if the file covers more, leave the others out with --skip-unknown",
        ),
    ),
    "code_twice": (
        Text("代码“{found}”在 {first} 已出现", 'the code "{found}" already stands in {first}'),
        Text(
            "一个区域一个要素：飞地请合并为 MultiPolygon",
            "one feature per area: make exclaves one MultiPolygon",
        ),
    ),
    "geometry_wrong": (
        Text("几何类型是 {found}", "the geometry is a {found}"),
        Text("应为 Polygon 或 MultiPolygon", "it should be a Polygon or a MultiPolygon"),
    ),
    "rings_missing": (
        Text("没有任何环", "there is no ring"),
        Text("请给出边界，或删除这个要素", "give it its border, or delete the feature"),
    ),
    "ring_short": (
        Text("第 {ring} 个环只有 {found} 个点", "ring {ring} has {found} positions"),
        Text("一个环至少 4 个点，末点与首点相同", "a ring has at least 4, the last the same as the first"),
    ),
    "ring_open": (
        Text("第 {ring} 个环没有闭合", "ring {ring} is open"),
        Text("末点应与首点相同", "its last position should be its first"),
    ),
    "position_wrong": (
        Text(
            "第 {ring} 个环的第 {point} 个点不是两个数", "position {point} of ring {ring} is not two numbers"
        ),
        _DEGREES,
    ),
    "out_of_range": (
        Text(
            "第 {ring} 个环的第 {point} 个点（{x}, {y}）不是经纬度",
            "position {point} of ring {ring} ({x}, {y}) is no longitude and latitude",
        ),
        _DEGREES,
    ),
    "swapped": (
        Text(
            "第 {ring} 个环的第 {point} 个点（{x}, {y}）似乎把纬度写在前面",
            "position {point} of ring {ring} ({x}, {y}) seems to have the latitude first",
        ),
        Text("每个点先经度后纬度", "longitude comes before latitude"),
    ),
    "too_many_points": (
        Text("边界有 {found} 个点，超过 {limit}", "the border has {found} positions, more than {limit}"),
        _THIN,
    ),
    "too_fine": (
        Text("简化后仍多于 {limit} 个点", "even when simplified it has more than {limit} points"),
        _THIN,
    ),
    "outline_flat": (
        Text("边界围不成面，或不足数米", "the border encloses nothing, or only some metres"),
        _DEGREES,
    ),
}
"""By code: the reason and the way out. `from_geojson.py` names each of them."""
