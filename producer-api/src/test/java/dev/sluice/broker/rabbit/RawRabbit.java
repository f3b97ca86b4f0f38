package dev.sluice.broker.rabbit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;

/** A plain client connection, which can also write header integers as py-amqp does. */
final class RawRabbit implements AutoCloseable {
  private final Connection connection;
  final Channel channel;

  RawRabbit(String url) throws Exception {
    ConnectionFactory factory = new PythonLike();
    factory.setUri(url);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setChannelRpcTimeout(5_000);
    connection = factory.newConnection("raw");
    channel = connection.createChannel();
  }

  /** Publishes a header named {@code ts} with field type {@code L}. */
  void publishLong(String queue, long value) throws Exception {
    channel.confirmSelect();
    channel.basicPublish(
        "",
        queue,
        new BasicProperties.Builder().headers(Map.of("ts", value)).deliveryMode(2).build(),
        new byte[] {'L'});
    channel.waitForConfirmsOrDie(10_000);
  }

  @Override
  public void close() {
    connection.abort(2_000);
  }

  private static final class PythonLike extends ConnectionFactory {
    @Override
    protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
      FrameHandlerFactory sockets = super.createFrameHandlerFactory();
      return (Address address, String name) -> writingL(sockets.create(address, name));
    }

    private static FrameHandler writingL(FrameHandler socket) {
      return (FrameHandler)
          Proxy.newProxyInstance(
              RawRabbit.class.getClassLoader(),
              new Class<?>[] {FrameHandler.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("writeFrame")
                    && ((Frame) arguments[0]).getType() == 2) {
                  arguments[0] = withL((Frame) arguments[0]);
                }
                try {
                  return method.invoke(socket, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    private static Frame withL(Frame frame) throws IOException {
      byte[] payload = frame.getPayload().clone();
      for (int i = 2; i < payload.length; i++) {
        if (payload[i - 2] == 't' && payload[i - 1] == 's' && payload[i] == 'l') {
          payload[i] = 'L';
        }
      }
      Frame changed = new Frame(frame.getType(), frame.getChannel());
      changed.getOutputStream().write(payload);
      return changed;
    }
  }
}
