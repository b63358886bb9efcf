# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Small pictures of the demo company, drawn as they are needed: signatures, and
damaged parts as somebody with a telephone photographs them on the bench."""

import base64
import io
import math
import random

from PIL import Image, ImageDraw, ImageFont

#: drawn at twice the size, so that edges are smooth when it is made smaller
WIDTH, HEIGHT, SCALE = 360, 270, 2
STEEL, LIGHT, DARK, RUST = "#8d949b", "#c3c9ce", "#4a5056", "#8a4b2a"
INK, CHALK, PAPER = "#1d1f21", "#d8432f", "#f6f1dc"
BENCHES = ("#9a8468", "#7f8a86", "#a59c8f", "#6f777d")


def _encode(image, colours=48):
    """Return the picture as base64 PNG with few colours: some 5 kB."""
    out = io.BytesIO()
    image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue())


def draw_signature():
    """Return a base64 picture of what a customer signs with his finger."""
    image = Image.new("RGB", (420, 160), "white")
    draw = ImageDraw.Draw(image)
    points = [
        (
            40 + 3.4 * step + 22 * math.sin(step / 3.1),
            85 - 34 * math.sin(step / 4.3) * math.cos(step / 11),
        )
        for step in range(101)
    ]
    draw.line(points, fill=INK, width=4, joint="curve")
    draw.line([(60, 132), (210, 126), (372, 118)], fill=INK, width=3)
    return _encode(image)


def draw_paper(label):
    """Return a base64 picture of a page of writing with a stamp: a receipt."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((24, 18), label, fill=INK, font=ImageFont.load_default(18))
    for number in range(9):
        length = 300 if number % 3 else 210
        draw.line([(24, 60 + 20 * number), (24 + length, 60 + 20 * number)], fill=DARK)
    draw.ellipse((230, 160, 320, 250), outline=CHALK, width=4)
    return _encode(image)


def draw_part(code, label="", seed=0):
    """Return a base64 picture of a damaged part.

    :param code: internal reference of the part; its letters choose the shape
    :param label: what is written on the tag beside it
    :param seed: each number gives another photo: bench, place of the damage
    """
    photo = PartPhoto(code, seed)
    photo.draw_object()
    photo.mark_damage()
    photo.add_tag(label or code)
    return _encode(photo.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS))


class PartPhoto:
    """One photo in the making; coordinates are those of the doubled size."""

    def __init__(self, code, seed):
        self.code = code
        self.random = random.Random(f"{code}/{seed}")
        self.size = (WIDTH * SCALE, HEIGHT * SCALE)
        self.image = Image.new("RGB", self.size, self.random.choice(BENCHES))
        self.draw = ImageDraw.Draw(self.image)
        self.centre = (330 + self.random.randint(-20, 20), 240)
        self.damage = (330, 240)
        for _scratch in range(14):
            x, y = map(self.random.randrange, self.size)
            length = self.random.randint(30, 160)
            self.draw.line([(x, y), (x + length, y + 6)], fill="#77705f", width=2)

    def draw_object(self):
        """Draw what the code stands for, or else its kind of part."""
        shapes = {
            "WEA-001": self.draw_seals,
            "WEA-002": self.draw_seals,
            "WEA-011": self.draw_screen,
            "STR-003": self.draw_wheel,
            "STR-006": self.draw_spring,
            "CRATE": self.draw_crate,
            "BEA": self.draw_bearing,
            "ELE": self.draw_device,
            "HYD": self.draw_cylinder,
        }
        known = next(filter(self.code.startswith, shapes), None)
        shapes.get(known, self.draw_plate)()

    # === SHAPES ===#
    def ring(self, radius, fill):
        """Draw a disc around the centre."""
        self.dot(self.centre, radius, fill)

    def around(self, radius, degrees):
        """Return the point at this distance and angle from the centre."""
        turn = math.radians(degrees)
        x, y = self.centre
        return x + radius * math.cos(turn), y + radius * math.sin(turn)

    def dot(self, point, radius, fill, outline=INK):
        """Draw a disc around ``point``."""
        x, y = point
        box = (x - radius, y - radius, x + radius, y + radius)
        self.draw.ellipse(box, fill=fill, outline=outline, width=2)

    def draw_bearing(self):
        """Outer ring, rollers in their cage, inner ring; two rollers are gone."""
        self.ring(190, LIGHT)
        self.ring(166, DARK)
        gone = self.random.randrange(0, 360, 24)
        for degrees in range(0, 360, 24):
            if degrees not in (gone, (gone + 24) % 360):
                self.dot(self.around(134, degrees), 25, STEEL)
        self.ring(104, LIGHT)
        self.ring(70, self.image.getpixel((5, 5)))
        self.damage = self.around(134, gone + 12)

    def draw_seals(self):
        """Rings of rubber in each other; the lip of one is torn."""
        for radius, fill in ((180, "#2b2d30"), (140, "#3f4347"), (100, "#26282b")):
            self.ring(radius, fill)
            self.ring(radius - 22, self.image.getpixel((5, 5)))
        degrees = self.random.randint(0, 359)
        self.draw.line(
            [self.around(154, degrees), self.around(186, degrees + 6)],
            fill=self.image.getpixel((5, 5)),
            width=14,
        )
        self.damage = self.around(168, degrees + 3)

    def draw_wheel(self):
        """A flywheel, its hub worn."""
        self.ring(195, STEEL)
        self.ring(160, DARK)
        for degrees in range(0, 360, 60):
            ends = [self.around(30, degrees), self.around(165, degrees)]
            self.draw.line(ends, fill=STEEL, width=34)
        self.ring(58, LIGHT)
        self.ring(30, DARK)
        self.damage = self.around(40, self.random.randint(0, 359))

    def draw_device(self):
        """A box with terminals, a name plate and a burnt corner."""
        self.draw.rounded_rectangle(
            (170, 80, 500, 410), 18, "#d9d6cc", outline=INK, width=4
        )
        for number in range(5):
            left = 190 + 60 * number
            for top in (96, 346):
                self.draw.rectangle((left, top, left + 44, top + 48), DARK)
                self.dot((left + 22, top + 24), 13, LIGHT)
        self.draw.rectangle((215, 180, 455, 310), "#f3f3ee", outline=INK, width=3)
        self.letter((232, 196), self.code, 34)
        self.letter((232, 248), "AC 380V  50Hz", 24)
        left = 190 + 60 * self.random.randrange(5)
        for radius, soot in ((58, "#7a6f63"), (44, "#4b433c"), (28, INK)):
            self.dot((left + 22, 350), radius, soot, outline=soot)
        self.damage = (left + 22, 350)

    def draw_cylinder(self):
        """A pump or cylinder lying down, oil under it."""
        self.draw.ellipse((120, 300, 560, 440), "#3b352b")
        self.draw.rounded_rectangle((130, 160, 470, 320), 26, "#2f6f8f", INK, 4)
        self.draw.rectangle((470, 215, 620, 265), LIGHT, outline=INK, width=3)
        for left in (130, 400):
            self.draw.rectangle((left, 145, left + 60, 335), "#285c77", INK, 3)
            for top in (165, 305):
                self.dot((left + 30, top), 12, LIGHT)
        self.draw.rectangle((250, 185, 380, 245), "#e8e4d5", outline=INK, width=2)
        self.letter((262, 198), self.code, 24)
        self.damage = (self.random.choice((478, 300)), 300)

    def draw_spring(self):
        """A coil spring with one turn broken."""
        for number in range(9):
            left = 130 + 45 * number
            self.draw.arc((left, 110, left + 80, 380), 0, 360, RUST, width=18)
        self.damage = (175 + 45 * self.random.randint(1, 6), 122)
        x, y = self.damage
        self.draw.rectangle((x - 8, y - 14, x + 8, y + 24), self.image.getpixel((5, 5)))

    def draw_screen(self):
        """A polyurethane screen with a hole torn into it."""
        self.draw.rectangle((110, 80, 570, 410), "#c46f2b", outline=INK, width=5)
        for left in range(135, 550, 34):
            for top in range(105, 390, 34):
                self.draw.rectangle((left, top, left + 20, top + 20), "#3a3733")
        x, y = self.random.randint(230, 460), self.random.randint(180, 320)
        points = [(x - 60, y - 20), (x + 10, y - 55), (x + 66, y), (x, y + 52)]
        self.draw.polygon(points, "#3a3733")
        self.damage = (x, y)

    def draw_plate(self):
        """A casting with ribs, worn and cracked."""
        self.draw.polygon(
            [(120, 100), (540, 80), (570, 390), (150, 420)], STEEL, outline=INK
        )
        for number in range(8):
            left = 145 + 52 * number
            ribs = [(left, 100), (left + 22, 99), (left + 48, 396), (left + 26, 398)]
            self.draw.polygon(ribs, DARK if number % 2 else LIGHT)
        for _spot in range(18):
            spot = self.random.randint(160, 530), self.random.randint(120, 380)
            self.dot(spot, self.random.randint(4, 12), RUST, outline=RUST)
        x, y = self.random.randint(220, 440), self.random.randint(150, 330)
        crack = [(x - 90, y - 30), (x - 40, y + 8), (x, y - 12), (x + 40, y + 24)]
        self.draw.line([*crack, (x + 100, y + 6)], fill=INK, width=7)
        self.damage = (x, y)

    def draw_crate(self):
        """A wooden crate as the carrier brought it."""
        self.draw.rectangle((110, 70, 580, 420), "#c79a5b", outline=INK, width=5)
        for top in range(70, 420, 70):
            self.draw.line([(110, top), (580, top)], fill="#7d5b2d", width=5)
        self.draw.line([(110, 70), (580, 420)], fill="#a87b3f", width=36)
        x, y = self.random.randint(220, 470), self.random.randint(150, 330)
        hole = [(x - 80, y), (x - 30, y - 46), (x + 20, y - 20), (x + 84, y - 40)]
        self.draw.polygon([*hole, (x + 50, y + 44), (x - 20, y + 30)], INK)
        self.damage = (x, y)

    # === WHAT THE PHOTOGRAPHER ADDS ===#
    def mark_damage(self):
        """The damage is circled with red chalk."""
        x, y = self.damage
        wide, high = self.random.randint(62, 84), self.random.randint(56, 74)
        box = (x - wide, y - high, x + wide, y + high)
        self.draw.arc(box, 15, 365, CHALK, width=9)

    def add_tag(self, label):
        """The tag tied to the part, and a ruler along the edge.

        :param label: in ASCII, all that the font has signs for
        """
        self.draw.rectangle((0, 496, 720, 540), "#e9d66b")
        for number in range(72):
            height = 22 if number % 10 == 0 else 10
            left = number * 10
            self.draw.line([(left, 496), (left, 496 + height)], fill=INK, width=2)
        self.draw.rectangle((420, 18, 706, 74), PAPER, outline=INK, width=3)
        self.dot((438, 46), 8, DARK)
        # a long number is written smaller
        width = ImageFont.load_default(30).getlength(label)
        self.letter((458, 28), label, min(30, int(30 * 240 / max(width, 1))))

    def letter(self, place, text, size):
        self.draw.text(place, text, fill=INK, font=ImageFont.load_default(size))
