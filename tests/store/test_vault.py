"""The vault: nothing is readable without the keys, and what was erased stays so, for everybody and at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from coordinator.store.cells import Cells, MemoryCells, RedisCells
from coordinator.store.embedded import EmbeddedServer
from coordinator.store.log import LogUnavailable
from coordinator.store.vault import DataKeyDestroyed, Erased, Secret, Vault, VaultDamaged

MASTER = b"master key of a test, 32 bytes.."
NAME = "张三".encode()


@pytest.fixture(params=["memory", "redis"])
async def cells(
    request: pytest.FixtureRequest, world: str, log_server: EmbeddedServer
) -> AsyncIterator[Cells]:
    cells: Cells = MemoryCells() if request.param == "memory" else RedisCells(log_server.url, world)
    yield cells
    await cells.close()


@pytest.fixture
def vault(cells: Cells, world: str) -> Vault:
    return Vault(cells, world, MASTER)


async def test_what_was_put_is_got(vault: Vault) -> None:
    await vault.put("name/p1", NAME, "roster-1")
    await vault.put("note/1", b"", "operation-9")
    assert await vault.get("name/p1") == NAME
    assert await vault.get("note/1") == b""
    assert await vault.get("name/p2") is None
    await vault.put("name/p1", b"Li Si", "operation-9")
    assert await vault.get("name/p1") == b"Li Si"


async def test_many_at_once(vault: Vault) -> None:
    await vault.put_many([Secret(f"name/p{n}", b"%d" % n, f"roster-{n % 3}") for n in range(300)])
    await vault.destroy(["roster-1"])
    found = await vault.get_many(["name/p0", "name/p1", "name/p2", "name/none"])
    assert found == {
        "name/p0": b"0",
        "name/p1": Erased("name/p1", "roster-1"),
        "name/p2": b"2",
        "name/none": None,
    }
    assert await vault.get_many([]) == {}
    await vault.put_many([])


async def test_what_was_erased_stays_so(vault: Vault, cells: Cells, world: str) -> None:
    await vault.put("name/p1", NAME, "roster-1")
    await vault.put("name/p2", NAME, "roster-2")
    other_process = Vault(cells, world, MASTER)
    assert await other_process.get("name/p1") == NAME
    await vault.destroy(["roster-1"])
    assert await vault.get("name/p1") == await other_process.get("name/p1") == Erased("name/p1", "roster-1")
    assert await vault.get("name/p2") == NAME
    with pytest.raises(DataKeyDestroyed) as refused:
        await other_process.put("name/p3", NAME, "roster-1")
    assert refused.value.key_id == "roster-1"


async def test_a_key_can_be_destroyed_before_it_was_used(vault: Vault) -> None:
    await vault.destroy(["roster-1", "roster-2"])
    with pytest.raises(DataKeyDestroyed):
        await vault.put("name/p1", NAME, "roster-2")


async def test_two_who_use_a_new_key_at_once_use_the_same(cells: Cells, world: str) -> None:
    vaults = [Vault(cells, world, MASTER) for _ in range(8)]
    await asyncio.gather(*(vault.put(f"name/p{n}", NAME, "roster-1") for n, vault in enumerate(vaults)))
    assert set((await vaults[0].get_many(f"name/p{n}" for n in range(8))).values()) == {NAME}


async def test_another_master_key_opens_nothing(vault: Vault, cells: Cells, world: str) -> None:
    await vault.put("name/p1", NAME, "roster-1")
    with pytest.raises(VaultDamaged):
        await Vault(cells, world, bytes(32)).get("name/p1")


async def test_a_cell_opens_only_where_it_was_put(vault: Vault, cells: Cells) -> None:
    """Neither another reference's ciphertext nor another key's, nor a changed one."""
    await vault.put_many([Secret("a", b"1", "k1"), Secret("b", b"2", "k1"), Secret("c", b"3", "k2")])
    a, k1 = await cells.get(["item:a", "key:k1"])
    assert a is not None and k1 is not None
    await cells.put({"item:b": a})
    with pytest.raises(VaultDamaged, match="item:b"):
        await vault.get("b")
    await cells.put({"key:k2": k1})
    with pytest.raises(VaultDamaged, match="key:k2"):
        await vault.get("c")
    for changed in (a[:-1] + bytes([a[-1] ^ 1]), a[:8], b""):
        await cells.put({"item:a": changed})
        with pytest.raises(VaultDamaged):
            await vault.get("a")


async def test_worlds_are_apart(cells: Cells, vault: Vault) -> None:
    await vault.put("name/p1", NAME, "roster-1")
    with pytest.raises(VaultDamaged):  # even if the cells were copied into another world
        await Vault(cells, "DRILL-1", MASTER).get("name/p1")


@pytest.mark.parametrize("name", ["", "x" * 201])
async def test_a_name_that_is_too_short_or_long_is_refused(vault: Vault, name: str) -> None:
    with pytest.raises(ValueError, match="200"):
        await vault.put(name, NAME, "roster-1")
    with pytest.raises(ValueError, match="200"):
        await vault.put("name/p1", NAME, name)


async def test_no_plaintext_and_after_an_erasure_no_key_is_in_the_servers_files(
    own_server: EmbeddedServer,
) -> None:
    cells = RedisCells(own_server.url, "LIVE")
    vault = Vault(cells, "LIVE", MASTER)
    await vault.put("name/p1", NAME, "roster-1")
    (wrapped,) = await cells.get(["key:roster-1"])
    assert wrapped is not None

    def files() -> bytes:
        return b"".join(path.read_bytes() for path in (own_server.directory.path / "appendonlydir").iterdir())

    assert wrapped in files() and NAME not in files()
    await vault.destroy(["roster-1"])
    await own_server.stop()
    with pytest.raises(LogUnavailable):
        await vault.get("name/p1")
    await own_server.start()  # which also removes the old file, if the server was still at it
    assert wrapped not in files()
    assert await vault.get("name/p1") == Erased("name/p1", "roster-1")
    await vault.close()


async def test_an_erasure_waits_for_a_rewrite_that_began_before_it(
    log_server: EmbeddedServer, world: str
) -> None:
    cells = RedisCells(log_server.url, world)
    vault = Vault(cells, world, MASTER)
    for n in range(3):
        await vault.put(f"name/p{n}", NAME, f"roster-{n}")
    await asyncio.gather(*(vault.destroy([f"roster-{n}"]) for n in range(3)))
    assert all(
        isinstance(found, Erased) for found in (await vault.get_many(f"name/p{n}" for n in range(3))).values()
    )
    await vault.close()
