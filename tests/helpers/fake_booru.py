"""A site of Danbooru's kind on this machine: posts by pages of ids, and their pictures."""

import hashlib
import io
import json
from urllib.parse import parse_qs, urlsplit

from tests.helpers.fake_hub import FakeHub, Request
from tests.helpers.images import drawing


def encoded(image, kind: str) -> bytes:
    held = io.BytesIO()
    image.save(held, kind)
    return held.getvalue()


class FakeBooru(FakeHub):
    """Serves ``posts``; ``hub.misbehave`` works for its pages and pictures as well."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: list[dict] = []
        self.searches: list[dict[str, str]] = []
        self.page = 200
        self.misbehave("/posts.json", self.answer_search)

    def add(self, post: int, tags: str = "1girl solo", **changes) -> dict:
        """Add a post with its three files."""
        large = drawing(post, 90, 120)
        original = encoded(large, "PNG")
        small = encoded(large.resize((54, 72)), "WEBP")
        sample = encoded(large.resize((72, 96)), "JPEG")
        files = {"original": (original, "png", 90, 120), "720x720": (small, "webp", 54, 72)}
        files["sample"] = (sample, "jpg", 72, 96)
        for kind, (content, suffix, _, _) in files.items():
            self.serve(f"/data/{kind}/{post}.{suffix}", content)
        found = {
            "id": post,
            "created_at": "2024-05-01T10:00:00.000-04:00",
            "rating": "g",
            "parent_id": None,
            "md5": hashlib.md5(original).hexdigest(),
            "file_ext": "png",
            "image_width": 90,
            "image_height": 120,
            "source": f"https://pixiv.example/{post}",
            "tag_string_general": tags,
            "tag_string_character": "hatsune_miku",
            "tag_string_copyright": "vocaloid",
            "tag_string_artist": "somebody",
            "tag_string_meta": "highres",
            "file_url": f"{self.url}/data/original/{post}.png",
            "large_file_url": f"{self.url}/data/sample/{post}.jpg",
            "media_asset": {"variants": [self._variant(post, k, f) for k, f in files.items()]},
        }
        self.posts.append({**found, **changes})
        return self.posts[-1]

    def hide(self, post: int) -> None:
        """Show a post as one that the account may not see."""
        found = self.add(post)
        for name in ("md5", "file_url", "large_file_url", "media_asset"):
            del found[name]

    def serve(self, path: str, content: bytes) -> None:
        self.misbehave(path, lambda request: request.answer(200, content))

    def answer_search(self, request: Request) -> None:
        asked = {k: v[0] for k, v in parse_qs(urlsplit(request.path).query).items()}
        self.searches.append(asked)
        words = [word for word in asked["tags"].split() if not word.startswith("rating:")]
        before = int(asked["page"][1:]) if "page" in asked else 10**9
        found = [
            post
            for post in sorted(self.posts, key=lambda post: -post["id"])
            if post["id"] < before and set(words) <= set(post["tag_string_general"].split())
        ]
        body = json.dumps(found[: self.page]).encode()
        request.answer(200, body, Content_Type="application/json")

    def pictures(self) -> list[str]:
        """Return which files were asked for."""
        return [path for path, _ in self.log if path.startswith("/data/")]

    def _variant(self, post: int, kind: str, file: tuple[bytes, str, int, int]) -> dict:
        _, suffix, width, height = file
        url = f"{self.url}/data/{kind}/{post}.{suffix}"
        return {"type": kind, "url": url, "width": width, "height": height, "file_ext": suffix}
