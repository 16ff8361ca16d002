"""Writes bags as robots do, with PyPI's mcap-ros2-support, into a folder, and prints what is in them."""

import json
import math
import sys

from mcap.writer import CompressionType
from mcap_ros2.writer import Writer

LINE = "\n" + "=" * 80 + "\nMSG: "
TIME = LINE + "builtin_interfaces/Time\nint32 sec\nuint32 nanosec"
HEADER = LINE + "std_msgs/Header\nbuiltin_interfaces/Time stamp\nstring frame_id" + TIME
POINT = LINE + "geometry_msgs/Point\nfloat64 x\nfloat64 y\nfloat64 z"
VECTOR = LINE + "geometry_msgs/Vector3\nfloat64 x\nfloat64 y\nfloat64 z"
TURN = LINE + "geometry_msgs/Quaternion\nfloat64 x\nfloat64 y\nfloat64 z\nfloat64 w"
POSE = LINE + "geometry_msgs/Pose\ngeometry_msgs/Point position\ngeometry_msgs/Quaternion orientation" + POINT + TURN
KNOWN = LINE + "geometry_msgs/PoseWithCovariance\ngeometry_msgs/Pose pose\nfloat64[36] covariance"
TWIST = (LINE + "geometry_msgs/TwistWithCovariance\ngeometry_msgs/Twist twist\nfloat64[36] covariance"
         + LINE + "geometry_msgs/Twist\ngeometry_msgs/Vector3 linear\ngeometry_msgs/Vector3 angular")
STAMPED = "std_msgs/Header header\nstring child_frame_id\ngeometry_msgs/Transform transform"
TRANSFORM = LINE + "geometry_msgs/Transform\ngeometry_msgs/Vector3 translation\ngeometry_msgs/Quaternion rotation"

DEFINITIONS = {
    "geometry_msgs/msg/PoseStamped": "std_msgs/Header header\ngeometry_msgs/Pose pose" + HEADER + POSE,
    "geometry_msgs/msg/PoseArray": "std_msgs/Header header\ngeometry_msgs/Pose[] poses" + HEADER + POSE,
    "geometry_msgs/msg/PoseWithCovarianceStamped":
        "std_msgs/Header header\ngeometry_msgs/PoseWithCovariance pose" + HEADER + KNOWN + POSE,
    "nav_msgs/msg/Odometry":
        "std_msgs/Header header\nstring child_frame_id\ngeometry_msgs/PoseWithCovariance pose\n"
        "geometry_msgs/TwistWithCovariance twist" + HEADER + KNOWN + TWIST + POSE + VECTOR,
    "tf2_msgs/msg/TFMessage":
        "geometry_msgs/TransformStamped[] transforms" + LINE + "geometry_msgs/TransformStamped\n" + STAMPED
        + HEADER + TRANSFORM + VECTOR + TURN,
    "geometry_msgs/msg/TransformStamped": STAMPED + HEADER + TRANSFORM + VECTOR + TURN,
    "geometry_msgs/msg/Vector3Stamped": "std_msgs/Header header\ngeometry_msgs/Vector3 vector" + HEADER + VECTOR,
    "std_msgs/msg/String": "string data",
}


def header(ns):
    return {"stamp": {"sec": ns // 10**9, "nanosec": ns % 10**9}, "frame_id": "table"}


def point(x, y):
    return {"x": x, "y": y, "z": 0.25}


def turn(angle):
    return {"x": 0.0, "y": 0.0, "z": math.sin(angle / 2), "w": math.cos(angle / 2)}


def pose(x, y, angle):
    return {"position": point(x, y), "orientation": turn(angle)}


def write(path, compression, truth):
    covariance = [0.0] * 36
    covariance[0], covariance[7], covariance[35] = 0.0004, 0.0009, 0.01
    with open(path, "wb") as file:
        writer = Writer(file, chunk_size=4000, compression=compression)
        schemas = {name: writer.register_msgdef(name, text) for name, text in DEFINITIONS.items()}

        def tell(topic, name, message):
            writer.write_message(topic, schemas[name], message, log_time=now + 5_000_000)

        for k in range(50):
            now = 1_700_000_000_000_000_000 + k * 33_366_700
            x, y, angle = math.cos(k / 9), math.sin(k / 7), k / 5
            tell("/pose", "geometry_msgs/msg/PoseStamped", {"header": header(now), "pose": pose(x, y, angle)})
            tell("/list", "geometry_msgs/msg/PoseArray",
                 {"header": header(now), "poses": [pose(x + i, y, angle) for i in range(1 + k % 3)]})
            known = {"pose": pose(x, y, angle), "covariance": covariance}
            tell("/known", "geometry_msgs/msg/PoseWithCovarianceStamped", {"header": header(now), "pose": known})
            twist = {"linear": {"x": 1.0, "y": 0.0, "z": 0.0}, "angular": {"x": 0.0, "y": 0.0, "z": 6.0}}
            tell("/odom", "nav_msgs/msg/Odometry", {
                "header": header(now), "child_frame_id": "robot", "pose": known,
                "twist": {"twist": twist, "covariance": covariance}})
            moves = [{"header": header(now), "child_frame_id": name,
                      "transform": {"translation": point(x + i, y), "rotation": turn(angle)}}
                     for i, name in enumerate(["cup", "pot"])]
            tell("/tf", "tf2_msgs/msg/TFMessage", {"transforms": moves})
            tell("/one", "geometry_msgs/msg/TransformStamped", moves[0] | {"child_frame_id": "pan"})
            tell("/vector", "geometry_msgs/msg/Vector3Stamped", {"header": header(now), "vector": point(x, y)})
            tell("/said", "std_msgs/msg/String", {"data": "hello"})
            time = k * 0.0333667
            for body, at, turned in [("/pose", x, True), *[(f"/list {i}", x + i, True) for i in range(1 + k % 3)], ("/known", x, True),
                                     ("robot", x, True), ("cup", x, True), ("pot", x + 1, True), ("pan", x, True), ("/vector", x, False)]:
                truth.append([time, body, at, y, angle if turned else None])
        writer.finish()


def main(folder):
    for compression in CompressionType:
        truth = []
        write(f"{folder}/{compression.name}.mcap", compression, truth)
    json.dump(truth, sys.stdout)


main(sys.argv[1])
