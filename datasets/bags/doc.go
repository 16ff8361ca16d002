// Package bags reads where bodies were from recordings of robots: bags of ROS 2 in MCAP, as a
// table of text.
//
//	file, err := bags.OpenRows(ctx, "run.mcap", bags.Options{Topics: []string{"/balls"}})
//	defer file.Close()
//	err = file.Rows(ctx, func(fields []string) error { … }) // as many as file.Columns()
//
// # Messages
//
// Messages are read by the names of their schemas, in CDR of either order of bytes: of
// geometry_msgs PoseStamped, PoseWithCovarianceStamped, PoseArray, Pose, Pose2D, PointStamped,
// Vector3Stamped and TransformStamped, of nav_msgs Odometry, and of tf2_msgs TFMessage. Chunks may be
// packed with zstd or lz4. The index and the summary are not needed.
//
// A body is the child frame of a transform or an odometry, the place in a list of poses (behind its
// topic unless that is the only one), or else the topic. All positions must be in one frame of reference. Times are those of the messages' headers;
// where a topic has none there, all are those of the log. They count from the first position on.
//
// Covariances become standard deviations, of the velocities of an odometry too, which are turned
// from the frame of the body into that of reference. All zeros, or 100 m and more, mean that nobody
// knows.
//
// # The plane
//
// Motion is turned into the plane in which the bodies move: the one that fits the motion of all
// by least squares, each at a distance of its own. It is one through two axes of the frame of
// reference where that fits as well within 5 %. Of a plane that lies, x and y are those of the
// frame; of one that stands, y is up. The angle is that about the normal, counter-clockwise as x
// and y are.
//
// # What is damaged
//
// Sums of chunks and of all data are checked. Of a bag that is cut off, what is whole is read.
// Warnings names what was left out: chunks and messages that are damaged, and topics that
// cannot be read. A bag is read twice, chunk by chunk; memory is that of a chunk, of at most
// 256 MB packed and as much unpacked, and some bytes for each row.
package bags
